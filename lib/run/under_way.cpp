#include "run/under_way.hpp"

namespace audienced::run {

RunUnderWay::RunUnderWay(Environment& environment, model::Run row)
    : env(environment),
      control(environment.io, *environment.time,
              [&environment](const std::string& name, const std::string& what) {
                  environment.log->write(log::internal_error(name, what));
              }),
      progress(environment, std::move(row)) {
    progress.control = &control;
}

}  // namespace audienced::run
