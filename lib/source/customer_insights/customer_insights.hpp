// The Customer Insights API (v1); a segment is an entity: the segment's output table name.
#pragma once

#include <memory>
#include <string>

#include "http/message.hpp"
#include "source/customer_insights/refresh.hpp"
#include "source/registry.hpp"

namespace audienced::source::customer_insights {

struct Options {
    std::string instance, tenant, client_id;
    http::Url api, login;
    std::string ca_file;
    std::size_t page = 100;              // rows a call; documented default and maximum that is sure
    std::size_t calls_per_minute = 100;  // documented for the Power Platform connector
    unsigned count_tolerance_percent =
        0;  // by how much the rows read may differ from the segment's own count
    RefreshCheck refresh = RefreshCheck::off;
    bool proxy =
        false;  // the fast path: whole partitions as CSV, as Microsoft's own Power BI connector reads them
};

/// Errors: usage.
result<Options> parse_options(const model::Source&);
std::unique_ptr<Source> open(Options, const Environment&);

}  // namespace audienced::source::customer_insights
