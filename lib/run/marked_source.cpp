#include "run/marked_source.hpp"

#include <utility>

namespace audienced::run {
namespace {

constexpr std::string_view of_source = "source edit NAME", of_segment = "segment show NAME";

/// The NAME at the end of each `command` in `text`.
std::string with_name(std::string text, std::string_view command, const std::string& name) {
    constexpr std::string_view placeholder = "NAME";
    for (std::size_t at = text.find(command); at != text.npos; at = text.find(command, at + 1))
        text.replace(at + command.size() - placeholder.size(), placeholder.size(), name);
    return text;
}

struct NamingSink final : source::RowSink {
    NamingSink(source::RowSink& sink, const std::string& n) : inner(sink), name(n) {}
    bool row(std::uint64_t number, std::span<const source::Value> values) override {
        return inner.row(number, values);
    }
    bool reject(std::uint64_t number, std::string_view why,
                std::optional<std::string_view> address) override {
        if (why.find(of_source) == why.npos) return inner.reject(number, why, address);
        return inner.reject(number, with_name(std::string(why), of_source, name), address);
    }
    source::RowSink& inner;
    const std::string& name;
};

class Marked final : public source::Source {
public:
    Marked(std::unique_ptr<source::Source> inner, std::string name)
        : inner_(std::move(inner)), name_(std::move(name)) {}
    result<std::string> test(std::stop_token stop) override {
        return marked(inner_->test(std::move(stop)), {});
    }
    result<source::Description> describe(const model::Segment& segment, std::stop_token stop) override {
        auto described = marked(inner_->describe(segment, std::move(stop)), segment.name);
        if (described) described->doubt = with_name(std::move(described->doubt), of_source, name_);
        return described;
    }
    result<source::Snapshot> read(const model::Segment& segment, const std::vector<std::string>& columns,
                                  source::RowSink& sink, std::stop_token stop) override {
        NamingSink naming(sink, name_);
        return marked(inner_->read(segment, columns, naming, std::move(stop)), segment.name);
    }

private:
    template <class T>
    result<T> marked(result<T> outcome, const std::string& segment) const {
        if (outcome) return outcome;
        Error error = mark_error(outcome.error(), name_);
        if (!segment.empty()) error.hint = with_name(std::move(error.hint), of_segment, segment);
        return error;
    }
    std::unique_ptr<source::Source> inner_;
    std::string name_;
};

}  // namespace

std::unique_ptr<source::Source> mark_source(std::unique_ptr<source::Source> inner, std::string name) {
    return std::make_unique<Marked>(std::move(inner), std::move(name));
}

Error mark_error(Error error, const std::string& name) {
    error.quotes = Quotes::source;
    error.message = with_name(std::move(error.message), of_source, name);
    error.hint = with_name(std::move(error.hint), of_source, name);
    return error;
}

}  // namespace audienced::run
