#include "source/refusing.hpp"

namespace audienced::source {
namespace {

class Refusing final : public Source {
public:
    explicit Refusing(Error why) : why_(std::move(why)) {}
    result<std::string> test(std::stop_token) override { return why_; }
    result<Description> describe(const model::Segment&, std::stop_token) override { return why_; }
    result<Snapshot> read(const model::Segment&, const std::vector<std::string>&, RowSink&,
                          std::stop_token) override {
        return why_;
    }

private:
    Error why_;
};

}  // namespace

std::unique_ptr<Source> refusing(Error why) {
    return std::make_unique<Refusing>(std::move(why));
}

}  // namespace audienced::source
