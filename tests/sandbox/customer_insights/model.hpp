// The state of Customer Insights: instances with customers and segments of them.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace audienced::sandbox::customer_insights {

struct Row {
    std::string customer_id;
    std::vector<std::pair<std::string, std::string>> values;  // column, JSON text
};

struct Segment {
    std::string name, friendly_name, state = "active", job_status = "CompletedSuccess";
    double evaluated = 0;
    std::vector<std::size_t> rows;  // places in Instance::rows, in the order of CustomerId
};

/// A refresh of the instance, or of a part of it.
struct Job {
    std::string id, operation, status;
    double submitted = 0;
    std::vector<std::pair<std::string, std::string>> tasks;  // operation, status
};

struct Instance {
    std::string id, name;
    std::vector<std::string> subscription_keys;
    std::vector<std::string> columns;  // beside CustomerId
    std::string email_column = "EMail";
    std::deque<Row> rows;
    std::map<std::string, Segment> segments;  // by output name
    std::vector<Job> jobs;
    std::deque<double> last_minute;
};

class Instances {
public:
    std::map<std::string, Instance> by_id;
};

}  // namespace audienced::sandbox::customer_insights
