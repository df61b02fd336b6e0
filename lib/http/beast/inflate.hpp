// Unpacks a gzip body while it arrives, and stops a bomb before it fills memory.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace audienced::http {

class GzipInflater {
public:
    /// More than max_output bytes in all, or more than 200 times what came in once past 4 MiB, is an error.
    explicit GzipInflater(std::size_t max_output);
    GzipInflater(GzipInflater&&) noexcept;
    ~GzipInflater();

    /// Appends to `out` what `in` holds; a body may be of several gzip members. Errors: too_large,
    /// bad_answer.
    result<void> feed(std::string_view in, std::string& out);
    /// To be called at the end of the body. Errors: bad_answer if the last member is cut.
    result<void> finish() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace audienced::http
