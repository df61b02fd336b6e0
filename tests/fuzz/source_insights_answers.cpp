// Hostile answers of the Customer Insights API: no crash, and no header that breaks out of its line.
#include <cstdlib>

#include "source/customer_insights/answers.hpp"

using namespace audienced::source::customer_insights;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto token = parse_token(text); token && token->text.find('\n') != std::string::npos)
        std::abort();
    if (const auto segments = parse_segments(text))
        for (const auto& s : *segments) (void)check_ready(s), (void)s.version();
    (void)parse_attributes(text);
    if (const auto page = parse_page(text, {"EMail", "value"}))
        for (const auto& row : *page)
            if (row.values.size() != 2) std::abort();
    if (const auto requests = parse_partitions(text))
        for (const auto& r : *requests)
            for (const auto& [name, value] : r.headers)
                if ((name + value).find('\n') != std::string::npos) std::abort();
    return 0;
}
