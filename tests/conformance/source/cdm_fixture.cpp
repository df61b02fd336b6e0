#include <filesystem>

#include "conformance/source/fixture.hpp"
#include "support/temp_dir.hpp"

namespace audienced::test::cdm {
namespace {

/// Two partitions, neither with a header, so that rows are counted over both.
class CdmFixture final : public Fixture {
public:
    void put(const Rows& rows) override { put(rows, rows.columns); }
    bool put_long(const Rows& rows) override {
        Rows longer = rows;
        longer.rows[1].emplace_back("one too many");
        put(longer, rows.columns);
        return true;
    }
    model::Source source() const override {
        return {"crm", "cdm", {{"cdm", (dir_ / "model.json").string()}}, {}};
    }
    model::Segment segment() const override {
        return {"members", "crm", model::Segment::Kind::entity, "Members", "", {}};
    }
    void vanish() override { std::filesystem::remove(dir_ / "Members/2.csv"); }

private:
    void put(const Rows& rows, const std::vector<std::string>& columns) {
        Rows first{columns, {}}, second{columns, {}};
        for (std::size_t i = 0; i < rows.rows.size(); ++i)
            (i < rows.rows.size() / 2 ? first : second).rows.push_back(rows.rows[i]);
        dir_.write("Members/1.csv", as_csv(first, false));
        dir_.write("Members/2.csv", as_csv(second, false));
        std::string attributes, partitions;
        for (const auto& c : columns)
            attributes +=
                (attributes.empty() ? "" : ",") + ("{\"name\":\"" + c + "\",\"dataType\":\"string\"}");
        for (const char* part : {"1", "2"})
            partitions += (partitions.empty() ? "" : ",") +
                          ("{\"name\":\"" + std::string(part) +
                           "\",\"location\":\"https://a.blob.core.windows.net/c/Members/" + part +
                           ".csv\",\"fileFormatSettings\":{\"columnHeaders\":false}}");
        dir_.write("model.json",
                   "{\"name\":\"m\",\"version\":\"1.0\",\"entities\":[{\"$type\":\"LocalEntity\",\"name\":"
                   "\"Members\",\"attributes\":[" +
                       attributes + "],\"partitions\":[" + partitions + "]}]}");
    }
    TempDir dir_;
};

}  // namespace

std::unique_ptr<Fixture> make_fixture() {
    return std::make_unique<CdmFixture>();
}

}  // namespace audienced::test::cdm
