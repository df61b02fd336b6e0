#include "control/handlers/export_options.hpp"

#include "provider/registry.hpp"

namespace audienced::control {

GivenOptions provider_options_in(Fields& fields) {
    GivenOptions given;
    for (const provider::OptionTable& table : provider::option_tables())
        for (const model::Option& option : table.exports) {
            const std::string field = model::json_name(option);
            const bool off = option.as == model::Option::As::flag && !fields.flag_or(field.c_str(), false);
            if (fields.has(field.c_str()) && !off) given.push_back(&option);
        }
    return given;
}

result<void> check_options(const model::Connection& connection, const GivenOptions& given) {
    const provider::Kind* kind = provider::find_kind(connection.provider);
    for (const model::Option* option : given) {
        if (!kind || model::find_option(kind->exports, option->name)) continue;
        std::string others;
        for (const provider::OptionTable& table : provider::option_tables())
            if (model::find_option(table.exports, option->name))
                others += (others.empty() ? "" : ", ") + std::string(table.title);
        return make_error(Errc::usage, "--" + std::string(option->name) + " is an option of " + others +
                                           ", and the connection " + connection.name + " is one of " +
                                           std::string(kind->title));
    }
    return {};
}

}  // namespace audienced::control
