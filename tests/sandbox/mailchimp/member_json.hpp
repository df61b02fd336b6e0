// A contact as Mailchimp prints it: about 3.4 kB, of which 2.5 kB are links. Written by hand, since a bulk
// reply holds 500 of them.
#pragma once

#include <string>
#include <vector>

#include "mailchimp/model.hpp"
#include "wire/field_filter.hpp"
#include "world/world.hpp"

namespace audienced::sandbox::mailchimp {

class MemberPrinter {
public:
    /// `prefix` is the path at which members stand in the answer: "members." or "".
    MemberPrinter(const World&, const Account&, const List&, const FieldFilter&, const std::string& prefix);
    void append(std::string& out, const Member&) const;

private:
    enum Part : std::size_t {
        id,
        email_address,
        unique_email_id,
        contact_id,
        full_name,
        web_id,
        email_type,
        status,
        merge_fields,
        interests,
        stats,
        ip_signup,
        timestamp_signup,
        ip_opt,
        timestamp_opt,
        member_rating,
        last_changed,
        language,
        vip,
        email_client,
        location,
        source,
        tags_count,
        tags,
        list_id,
        links,
        part_count
    };
    void append_values(std::string& out, const Member&) const;
    void append_links(std::string& out, const Member&) const;

    const List& list_;
    std::array<bool, part_count> wanted_{};
    std::vector<bool> wanted_values_;
    std::vector<std::string> link_pieces_;  // between two of them stands the member's id
};

}  // namespace audienced::sandbox::mailchimp
