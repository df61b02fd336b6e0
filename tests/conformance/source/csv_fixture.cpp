#include <algorithm>
#include <filesystem>

#include "conformance/source/fixture.hpp"
#include "support/temp_dir.hpp"

namespace audienced::test {

std::string as_csv(const Rows& rows, bool header) {
    std::string out;
    const auto line = [&](const auto& cells) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            out += i ? "," : "";
            const std::optional<std::string> cell = cells[i];
            if (!cell) continue;
            out += '"';
            for (const char c : *cell) out += c == '"' ? "\"\"" : std::string(1, c);
            out += '"';
        }
        out += "\r\n";
    };
    if (header) line(rows.columns);
    for (const auto& row : rows.rows) line(row);
    return out;
}

namespace csv {
namespace {

class CsvFixture final : public Fixture {
public:
    void put(const Rows& rows) override { dir_.write("members.csv", as_csv(rows, true)); }
    bool put_long(const Rows& rows) override {
        Rows longer = rows;
        longer.rows[1].emplace_back("one too many");
        put(longer);
        return true;
    }
    /// The line on which it begins.
    std::uint64_t number_of(const Rows& rows, std::size_t index) const override {
        Rows before = rows;
        before.rows.resize(index);
        const std::string text = as_csv(before, true);
        return 1 + static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
    }
    model::Source source() const override { return {"crm", "csv", {{"csv", dir_.path().string()}}, {}}; }
    model::Segment segment() const override {
        return {"members", "crm", model::Segment::Kind::file, "members.csv", "", {}};
    }
    void vanish() override { std::filesystem::remove(dir_ / "members.csv"); }

private:
    TempDir dir_;
};

}  // namespace

std::unique_ptr<Fixture> make_fixture() {
    return std::make_unique<CsvFixture>();
}

}  // namespace csv
}  // namespace audienced::test
