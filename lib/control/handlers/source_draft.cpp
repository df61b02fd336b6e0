#include "control/handlers/source_draft.hpp"

#include "control/handlers/reply.hpp"
#include "source/registry.hpp"

namespace audienced::control {

result<void> check_source(const model::Source& source, NamedSecrets& secrets) {
    const source::Kind* kind = source::find_kind(source.kind);
    if (!kind) {
        std::string kinds;
        for (const auto& one : source::kinds()) kinds += (kinds.empty() ? "" : ", ") + std::string(one.name);
        return make_error(Errc::usage, "there is no kind of source called " + source.kind,
                          "the kinds are " + kinds);
    }
    using As = model::Option::As;
    if (!source.settings.count(std::string(kind->place.name)))
        return make_error(Errc::usage, "a source of this kind needs --" + std::string(kind->place.name));
    for (const auto& [key, value] : source.settings) {
        const model::Option* option = key == kind->place.name ? &kind->place : find_option(kind->others, key);
        if (!option || option->as == As::secret)
            return make_error(Errc::usage, "--" + key + " does not apply to a source of kind " + source.kind);
        if (value.find('\0') != value.npos) return make_error(Errc::usage, "--" + key + " has a zero byte");
        if (option->as == As::url)
            if (auto base = checked_base("--" + key, value); !base) return base.error();
    }
    for (auto& [key, value] : secrets) {
        const model::Option* option = find_secret(kind->others, key);
        if (!option)
            return make_error(Errc::usage,
                              "the secret " + key + " does not apply to a source of kind " + source.kind);
        auto cleaned = secret_text(std::string(value.reveal()), option->shape, key);
        if (!cleaned) return cleaned.error();
        value = Secret(std::move(*cleaned));
    }
    return kind->validate(source, nullptr);
}

}  // namespace audienced::control
