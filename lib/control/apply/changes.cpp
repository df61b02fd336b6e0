#include "control/apply/changes.hpp"

#include <algorithm>

namespace audienced::control {
namespace {

const std::map<std::string, Shape>& of_noun(const Shapes& shapes, const std::string& noun) {
    static const std::map<std::string, Shape> none;
    const auto at = shapes.find(noun);
    return at == shapes.end() ? none : at->second;
}

std::string value_in(const Shape& shape, const std::string& key) {
    const auto at = shape.find(key);
    return at == shape.end() ? std::string() : at->second;
}

std::vector<FieldChange> differing(const std::string& noun, const Shape& before, const Shape& after,
                                   const std::set<std::string>& secrets) {
    std::vector<FieldChange> out;
    for (const FileKey& key : file_keys(noun)) {
        FieldChange change;
        change.field = key.name;
        change.secret = key.as == FileKey::As::secret;
        if (!change.secret) {
            change.before = value_in(before, key.name);
            change.after = value_in(after, key.name);
        }
        if (change.secret ? secrets.contains(key.name) : change.before != change.after)
            out.push_back(std::move(change));
    }
    return out;
}

}  // namespace

bool Change::has(std::string_view field) const {
    return std::any_of(fields.begin(), fields.end(), [&](const FieldChange& f) { return f.field == field; });
}

const char* to_string(Change::Act act) noexcept {
    switch (act) {
        case Change::Act::add:
            return "add";
        case Change::Act::edit:
            return "edit";
        default:
            return "remove";
    }
}

std::vector<Change> changes_between(const Shapes& stored, const Shapes& wanted, const SecretChanges& secrets,
                                    bool prune) {
    std::vector<Change> out;
    for (const std::string& noun : file_nouns())
        for (const auto& [name, shape] : of_noun(wanted, noun)) {
            const auto& there = of_noun(stored, noun);
            const auto before = there.find(name);
            const auto changed = secrets.find({noun, name});
            Change change;
            change.act = before == there.end() ? Change::Act::add : Change::Act::edit;
            change.noun = noun;
            change.name = name;
            const auto secret = changed == secrets.end() ? std::set<std::string>() : changed->second;
            change.fields = before == there.end()
                                ? differing(noun, {}, without_defaults(noun, name, shape), secret)
                                : differing(noun, before->second, shape, secret);
            if (change.act == Change::Act::add || !change.fields.empty()) out.push_back(std::move(change));
        }
    if (!prune) return out;
    const auto& nouns = file_nouns();
    for (auto noun = nouns.rbegin(); noun != nouns.rend(); ++noun)
        for (const auto& [name, shape] : of_noun(stored, *noun)) {
            if (of_noun(wanted, *noun).contains(name)) continue;
            Change change;
            change.act = Change::Act::remove;
            change.noun = *noun;
            change.name = name;
            change.fields = differing(*noun, without_defaults(*noun, name, shape), {}, {});
            out.push_back(std::move(change));
        }
    return out;
}

std::vector<std::string> beyond(const Shapes& stored, const Shapes& wanted) {
    std::vector<std::string> out;
    for (const std::string& noun : file_nouns())
        for (const auto& [name, shape] : of_noun(stored, noun))
            if (!of_noun(wanted, noun).contains(name)) out.push_back(noun + ":" + name);
    return out;
}

}  // namespace audienced::control
