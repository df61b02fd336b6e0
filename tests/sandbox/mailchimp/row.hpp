// One contact as sent, read and checked: what the bulk call and the single calls have in common.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "mailchimp/change.hpp"
#include "mailchimp/merge_values.hpp"
#include "mailchimp/transition.hpp"

namespace audienced::sandbox::mailchimp {

struct Row {
    std::string sent_address, address;
    Wish wish;
    const nlohmann::json* merge_fields = nullptr;
    std::vector<std::string> tags;
    std::vector<std::pair<std::string, bool>> interests;
    std::optional<bool> vip;
    std::optional<std::string> language, email_type;
    std::optional<ValueRefusal> refused;  // shape, before anything else is looked at
};

/// Reads shapes only. `bulk`: status_if_new and tags count as the bulk call has them.
Row read_row(const nlohmann::json& item, bool bulk);

struct RowOutcome {
    Member* member = nullptr;  // nullptr: refused
    bool is_new = false;
    std::string text, field, field_message;  // of the refusal
    Verdict::Kind verdict = Verdict::Kind::keep;
};

struct RowRules {
    bool skip_required = false;
    bool sync_tags = false;
    bool take_tags = true;
};

/// Decides and applies. Nothing is changed when it refuses.
RowOutcome apply_row(World&, Account&, List&, const Row&, Member* known, const RowRules&);

}  // namespace audienced::sandbox::mailchimp
