#include "kind_options.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "command_line/command_table.hpp"
#include "command_line/values.hpp"
#include "shell.hpp"

namespace audienced::ctl {

namespace {

/// One text of help, and the titles of the kinds that say it.
struct Words {
    std::string_view help;
    std::vector<std::string_view> titles;
};

std::string help_of(const std::vector<Words>& all, std::size_t kinds) {
    if (all.size() == 1 && all[0].titles.size() == kinds) return std::string(all[0].help);
    std::string out;
    for (const Words& one : all) {
        if (!out.empty()) out += "; ";
        for (std::size_t i = 0; i < one.titles.size(); ++i)
            out += (i == 0 ? "" : ", ") + std::string(one.titles[i]);
        out += ": " + std::string(one.help);
    }
    return out;
}

}  // namespace

std::vector<KindOption> merged(const std::vector<TitledOptions>& kinds) {
    std::vector<KindOption> out;
    std::vector<std::vector<Words>> words;  // parallel to `out`
    for (const TitledOptions& kind : kinds)
        for (const model::Option& option : *kind.options) {
            std::size_t i = 0;
            while (i < out.size() && out[i].option.name != option.name) ++i;
            if (i == out.size()) {
                out.push_back({option, {}});
                words.emplace_back();
            }
            auto& known = words[i];
            std::size_t w = 0;
            while (w < known.size() && known[w].help != option.help) ++w;
            if (w == known.size()) known.push_back({option.help, {}});
            known[w].titles.push_back(kind.title);
        }
    for (std::size_t i = 0; i < out.size(); ++i) out[i].help = help_of(words[i], kinds.size());
    return out;
}

CLI::Option* declare(CLI::App* verb, const KindOption& one, std::shared_ptr<Typed> typed) {
    const std::string key(one.option.name);
    if (one.option.as == model::Option::As::flag) {
        const auto take = [typed, key](std::int64_t) { (*typed)[key].clear(); };
        return verb->add_flag_function("--" + key, take, one.help);
    }
    const auto take = [typed, key](const std::string& value) { (*typed)[key] = value; };
    auto* option = verb->add_option_function<std::string>("--" + key, take, one.help);
    option->type_name(std::string(one.option.value));
    command_line::OptionRow row;
    row.value = one.option.value;
    // "" takes a setting away again (`source edit`).
    if (const auto choices = row.choices(); !choices.empty())
        command_line::must_be_one_of(option, choices, true);
    return option;
}

result<std::string> value_of(const model::Option& option, const std::string& typed) {
    if (option.as == model::Option::As::secret) return read_secret(typed, option.shape);
    return option.as == model::Option::As::path ? absolute(typed) : typed;
}

}  // namespace audienced::ctl
