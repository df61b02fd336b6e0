#include <sqlite3.h>

#include <filesystem>
#include <stdexcept>

#include "conformance/source/fixture.hpp"
#include "support/temp_dir.hpp"

namespace audienced::test::sqlite {
namespace {

class SqliteFixture final : public Fixture {
public:
    void put(const Rows& rows) override {
        std::filesystem::remove(path_);
        sqlite3* db = nullptr;
        if (sqlite3_open(path_.c_str(), &db) != SQLITE_OK) throw std::runtime_error("no database");
        std::string columns, marks;
        for (const auto& c : rows.columns) {
            columns += (columns.empty() ? "\"" : ", \"") + c + "\" TEXT";
            marks += marks.empty() ? "?" : ", ?";
        }
        sqlite3_exec(db, ("BEGIN; CREATE TABLE members (" + columns + ")").c_str(), nullptr, nullptr,
                     nullptr);
        sqlite3_stmt* insert = nullptr;
        sqlite3_prepare_v2(db, ("INSERT INTO members VALUES (" + marks + ")").c_str(), -1, &insert, nullptr);
        for (const auto& row : rows.rows) {
            for (std::size_t i = 0; i < row.size(); ++i) {
                if (row[i])
                    sqlite3_bind_text(insert, static_cast<int>(i) + 1, row[i]->data(),
                                      static_cast<int>(row[i]->size()), SQLITE_STATIC);
                else
                    sqlite3_bind_null(insert, static_cast<int>(i) + 1);
            }
            sqlite3_step(insert);
            sqlite3_reset(insert);
        }
        sqlite3_finalize(insert);
        const int done = sqlite3_exec(db, "COMMIT", nullptr, nullptr, nullptr);
        sqlite3_close(db);
        if (done != SQLITE_OK) throw std::runtime_error("rows were not put");
    }
    model::Source source() const override { return {"crm", "sqlite", {{"sqlite", path_}}, {}}; }
    model::Segment segment() const override {
        return {"members", "crm", model::Segment::Kind::table, "members", "", {}};
    }
    void vanish() override { std::filesystem::remove(path_); }

private:
    TempDir dir_;
    std::string path_ = (dir_ / "crm.db").string();
};

}  // namespace

std::unique_ptr<Fixture> make_fixture() {
    return std::make_unique<SqliteFixture>();
}

}  // namespace audienced::test::sqlite
