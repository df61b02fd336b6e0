// What every kind of source must do alike, asked of every line of sources.def.
#include <algorithm>
#include <catch2/catch.hpp>

#include "conformance/source/fixture.hpp"
#include "support/kept_rows.hpp"

using namespace audienced;
using audienced::test::Fixture;
using audienced::test::KeptRows;
using audienced::test::Rows;

namespace {

struct Line {
    const char* folder;
    std::unique_ptr<Fixture> (*make)();
};

const Line lines[] = {
#define AUDIENCED_SOURCE(folder) {#folder, test::folder::make_fixture},
#include "source/sources.def"
#undef AUDIENCED_SOURCE
};

/// Runs `check` for every kind, in a section of its own.
template <class F>
void for_every_kind(F check) {
    for (const Line& line : lines) DYNAMIC_SECTION(line.folder) {
            auto fixture = line.make();
            if (fixture->runs_here()) check(*fixture);
        }
}

std::unique_ptr<source::Source> open(Fixture& f) {
    return source::make(f.source(), f.environment()).value();
}

std::string outcome(const result<source::Snapshot>& r) {
    return r ? "fine" : to_string(r.error().code);
}

Rows members(int n) {
    Rows rows{{"email", "name"}, {}};
    for (int i = 0; i < n; ++i)
        rows.rows.push_back({"p" + std::to_string(i) + "@x.org", "P" + std::to_string(i)});
    return rows;
}

const std::string null = "NULL";  // as KeptRows writes it
const std::vector<std::string> both{"email", "name"};

}  // namespace

TEST_CASE("the same rows in, the same members out", "[conformance][source]") {
    const Rows rows{{"email", "name", "city"},
                    {{"a@x.org", "Ana", "K\xC3\xB6ln"},
                     {" b@x.org ", "say \"hi\", \\n; x", std::nullopt},
                     {"", "line\nbreak\r\nand more", "\xF0\x9F\x98\x80"},
                     {"c@x.org", "'; DROP TABLE members; --", "null"},
                     {std::nullopt, "no address", std::nullopt},
                     {"a@x.org", "twice", ""}}};
    for_every_kind([&](Fixture& f) {
        f.put(rows);
        auto source = open(f);
        KeptRows kept;
        auto snapshot = source->read(f.segment(), {"city", "email", "name", "email"}, kept, {});
        REQUIRE(outcome(snapshot) == "fine");
        REQUIRE(kept.rows.size() == rows.rows.size());
        for (std::size_t i = 0; i < rows.rows.size(); ++i) {
            INFO("row " << i);
            const auto& in = rows.rows[i];
            // Null and empty mean the same to the mapping.
            const auto empty_if_null = [](std::string s) { return s == null ? "" : s; };
            CHECK(empty_if_null(kept.rows[i][0]) == in[2].value_or(""));
            CHECK(empty_if_null(kept.rows[i][1]) == in[0].value_or(""));
            CHECK(empty_if_null(kept.rows[i][2]) == in[1].value_or(""));
            CHECK(kept.rows[i][3] == kept.rows[i][1]);
            CHECK(kept.numbers[i] == f.number_of(rows, i));
        }
        CHECK(snapshot->rows == rows.rows.size());
        CHECK(kept.rejects.empty());
        auto description = source->describe(f.segment(), {});
        REQUIRE(description.has_value());
        for (const auto& column : rows.columns)
            CHECK(std::count(description->columns.begin(), description->columns.end(), column) == 1);
        CHECK(source->test({}).has_value());
    });
}

TEST_CASE("a column that is missing is named, and nothing is read", "[conformance][source]") {
    for_every_kind([&](Fixture& f) {
        f.put(members(3));
        KeptRows kept;
        auto r = open(f)->read(f.segment(), {"email", "phone"}, kept, {});
        REQUIRE(outcome(r) == "not_found");
        CHECK(r.error().text().find("phone") != std::string::npos);
        CHECK(kept.rows.empty());
    });
}

TEST_CASE("a row that is too long is rejected with its number, the rest goes on", "[conformance][source]") {
    for_every_kind([&](Fixture& f) {
        if (!f.put_long(members(6))) return;
        KeptRows kept;
        auto r = open(f)->read(f.segment(), {"email"}, kept, {});
        REQUIRE(outcome(r) == "fine");
        std::vector<std::uint64_t> others;
        for (const std::size_t i : {0, 2, 3, 4, 5}) others.push_back(f.number_of(members(6), i));
        CHECK(kept.numbers == others);
        REQUIRE(kept.rejects.size() == 1);
        CHECK(kept.rejects[0].starts_with(std::to_string(f.number_of(members(6), 1)) + ": "));
        CHECK(kept.addresses[0] == *members(6).rows[1][0]);
        CHECK(r->rows == 6);
    });
}

TEST_CASE("a field of a megabyte comes whole", "[conformance][source]") {
    for_every_kind([&](Fixture& f) {
        Rows rows = members(3);
        rows.rows[1][1] = std::string(1u << 20, 'x') + "\n\"end";
        f.put(rows);
        KeptRows kept;
        REQUIRE(outcome(open(f)->read(f.segment(), both, kept, {})) == "fine");
        REQUIRE(kept.rows.size() == 3);
        CHECK(kept.rows[1][1] == *rows.rows[1][1]);
    });
}

TEST_CASE("a value that is no UTF-8 is never handed on", "[conformance][source]") {
    for_every_kind([&](Fixture& f) {
        Rows rows = members(3);
        rows.rows[1][1] = "Andr\xE9";
        f.put(rows);
        KeptRows kept;
        auto r = open(f)->read(f.segment(), both, kept, {});
        if (!f.bad_text_costs_a_row()) {
            CHECK(outcome(r) == "not_ready");
            return;
        }
        REQUIRE(outcome(r) == "fine");
        CHECK(kept.numbers == std::vector<std::uint64_t>{f.number_of(rows, 0), f.number_of(rows, 2)});
        REQUIRE(kept.rejects.size() == 1);
        CHECK(kept.rejects[0].starts_with(std::to_string(f.number_of(rows, 1)) + ": "));
        CHECK(kept.addresses[0] == *members(6).rows[1][0]);
        CHECK(kept.rejects[0].find("p1@x.org") == std::string::npos);
        CHECK(r->rows == 3);
    });
}

TEST_CASE("a value that is no UTF-8 costs nothing where its column is not asked for",
          "[conformance][source]") {
    for_every_kind([&](Fixture& f) {
        if (!f.bad_text_costs_a_row()) return;  // such text cannot be sent at all
        Rows rows = members(3);
        rows.rows[1][1] = "Andr\xE9";
        f.put(rows);
        KeptRows kept;
        REQUIRE(outcome(open(f)->read(f.segment(), {"email"}, kept, {})) == "fine");
        CHECK(kept.rows.size() == 3);
        CHECK(kept.rejects.empty());
    });
}

TEST_CASE("a source without rows is empty, not an error", "[conformance][source]") {
    for_every_kind([&](Fixture& f) {
        f.put(members(0));
        KeptRows kept;
        auto r = open(f)->read(f.segment(), both, kept, {});
        REQUIRE(outcome(r) == "fine");
        CHECK(r->rows == 0);
        CHECK(kept.rows.empty());
    });
}

TEST_CASE("a source that disappears half-way is never a short one", "[conformance][source]") {
    for_every_kind([&](Fixture& f) {
        f.put(members(10'000));
        KeptRows kept;
        kept.at_row = [&](std::uint64_t n) {
            if (n == 5) f.vanish();
            return true;
        };
        auto source = open(f);
        auto r = source->read(f.segment(), both, kept, {});
        REQUIRE(!r);
        CHECK((r.error().code == Errc::not_ready || r.error().code == Errc::source_changed));
        CHECK(r.error().safe_to_retry);
        KeptRows again;
        CHECK(outcome(source->read(f.segment(), both, again, {})) == "not_ready");
        f.put(members(10'000));
        again.rows.clear();
        REQUIRE(outcome(source->read(f.segment(), both, again, {})) == "fine");
        CHECK(again.rows.size() == 10'000);
    });
}

TEST_CASE("a read that is cancelled in the middle leaves nothing behind", "[conformance][source]") {
    for_every_kind([&](Fixture& f) {
        f.put(members(10'000));
        auto source = open(f);
        std::stop_source stop;
        KeptRows kept;
        kept.at_row = [&](std::uint64_t n) {
            if (n == 4000) stop.request_stop();
            return true;
        };
        CHECK(outcome(source->read(f.segment(), both, kept, stop.get_token())) == "cancelled");
        CHECK(kept.rows.size() < 10'000);
        KeptRows refused;
        refused.at_row = [&](std::uint64_t) { return refused.rows.size() < 3; };
        CHECK(outcome(source->read(f.segment(), both, refused, {})) == "cancelled");
        CHECK(refused.rows.size() == 3);
        // A token that asks for it before the read begins.
        KeptRows none;
        CHECK(outcome(source->read(f.segment(), both, none, stop.get_token())) == "cancelled");
        CHECK(none.rows.empty());
        KeptRows all;
        REQUIRE(outcome(source->read(f.segment(), both, all, {})) == "fine");
        CHECK(all.rows.size() == 10'000);
    });
}

TEST_CASE("equal snapshot ids mean the same data", "[conformance][source]") {
    for_every_kind([&](Fixture& f) {
        f.put(members(3));
        KeptRows kept;
        auto source = open(f);
        const std::string first = source->read(f.segment(), both, kept, {}).value().id;
        CHECK(!first.empty());
        CHECK(source->read(f.segment(), both, kept, {}).value().id == first);
        f.put(members(4));
        CHECK(source->read(f.segment(), both, kept, {}).value().id != first);
    });
}

TEST_CASE("every kind refuses settings and segments that it does not know", "[conformance][source]") {
    for_every_kind([&](Fixture& f) {
        model::Source source = f.source();
        const source::Kind* kind = source::find_kind(source.kind);
        REQUIRE(kind);
        model::Segment segment = f.segment();
        CHECK(kind->validate(source, &segment).has_value());
        segment.what.clear();
        CHECK(kind->validate(source, &segment).error().code == Errc::usage);
        for (const auto k : {model::Segment::Kind::query, model::Segment::Kind::table,
                             model::Segment::Kind::file, model::Segment::Kind::entity}) {
            segment = f.segment();
            segment.kind = k;
            if (k == model::Segment::Kind::query) segment.what = "SELECT 1";
            const bool known =
                std::find(kind->segments.begin(), kind->segments.end(), k) != kind->segments.end();
            CHECK(kind->validate(source, &segment).has_value() == known);
        }
        source.settings["no-such-setting"] = "x";
        CHECK(kind->validate(source, nullptr).error().code == Errc::usage);
        source = f.source();
        source.settings.erase(std::string(kind->place.name));
        CHECK(kind->validate(source, nullptr).error().code == Errc::usage);
    });
}
