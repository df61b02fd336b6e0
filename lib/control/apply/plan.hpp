// What applying a file comes to, decided from what is stored alone: the changes, or what is wrong with the
// file.
#pragma once

#include <map>

#include "control/apply/wanted.hpp"

namespace audienced::control {

struct ApplyPlan {
    Stored stored;
    Wanted wanted;
    std::vector<Change> changes;
    std::map<std::string, std::size_t> change_at;  // "export:spring" -> its place in `changes`
    std::vector<std::string> beyond;               // stored, and not in the file
    Problems problems;

    bool is_new_or_edited(const std::string& noun, const std::string& name) const;
    /// The one of that object; null: it stays as it is.
    const Change* change_of(const std::string& noun, const std::string& name) const;
    /// As they will be: those of the file in front of those that stay. Null: there will be none.
    const model::Source* source(std::string_view name) const;
    const model::Segment* segment(std::string_view name) const;
    const model::Connection* connection(std::string_view name) const;
    /// By name, with those that the file does not mention.
    std::vector<const model::Export*> exports() const;

    bool prune = false;
};

/// On the store's thread. Errors: store_*. What is wrong with the file is in `problems`.
result<ApplyPlan> plan_apply(store::Database&, const vault::Vault&, const nlohmann::json& objects,
                             const ReadBy& by);

}  // namespace audienced::control
