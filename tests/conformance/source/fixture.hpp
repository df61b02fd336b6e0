// What the suite needs of a kind of source: a place to put rows, and ways to break it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "source/registry.hpp"

namespace audienced::test {

using Cells = std::vector<std::optional<std::string>>;  // nothing is null

struct Rows {
    std::vector<std::string> columns;
    std::vector<Cells> rows;
};

class Fixture {
public:
    virtual ~Fixture() = default;
    /// False if this machine cannot run the real thing (the code that finds out prints it).
    virtual bool runs_here() const { return true; }
    /// What stood there before is gone.
    virtual void put(const Rows& rows) = 0;
    virtual model::Source source() const = 0;
    virtual model::Segment segment() const = 0;
    virtual source::Environment environment() { return {}; }
    /// How the source tells the row at `index` from others.
    virtual std::uint64_t number_of(const Rows&, std::size_t index) const { return index + 1; }
    /// It goes away, while a reader may be at work. A later put() brings it back.
    virtual void vanish() = 0;
    /// Puts the rows, then adds a cell to the second; false where rows cannot be too long.
    virtual bool put_long(const Rows&) { return false; }
    /// What one value that is no UTF-8 costs: its row, or (where the wire itself has to be UTF-8) the whole
    /// read.
    virtual bool bad_text_costs_a_row() const { return true; }
};

#define AUDIENCED_SOURCE(folder)             \
    namespace folder {                       \
    std::unique_ptr<Fixture> make_fixture(); \
    }
#include "source/sources.def"
#undef AUDIENCED_SOURCE

/// RFC 4180, every value in quotes.
std::string as_csv(const Rows& rows, bool header);

}  // namespace audienced::test
