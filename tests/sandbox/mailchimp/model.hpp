// The state of Mailchimp: accounts, their users, audiences, contacts, fields, segments (a tag is a static
// segment).
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "wire/bits.hpp"

namespace audienced::sandbox::mailchimp {

enum class Status : std::uint8_t {
    subscribed,
    unsubscribed,
    cleaned,
    pending,
    transactional,
    archived,
    forgotten
};
constexpr std::size_t status_count = 7;
/// Who ended the subscription. Mailchimp refuses to subscribe again only what the contact (or a
/// complaint) ended.
enum class Origin : std::uint8_t { none, self, api, complaint, admin };

std::string_view print(Status);
std::optional<Status> parse_status(std::string_view);
std::optional<Origin> parse_origin(std::string_view);

using MemberId = std::array<char, 32>;  // MD5 of the lower-cased address, in hex
struct MemberIdHash {
    std::size_t operator()(const MemberId&) const noexcept;
};
MemberId member_id(std::string_view normalised_address);

/// Odd, so that no two serial numbers give one contact id.
constexpr std::uint64_t contact_id_factor = 0x9E3779B97F4A7C15ull;

struct Member {
    std::string email;
    MemberId id{};
    Status status = Status::subscribed;
    Status before_archive = Status::subscribed;
    Origin origin = Origin::none, origin_before_archive = Origin::none;
    double out_since = 0;  // when people last made it a contact that is not mailed
    bool foreign = false;
    bool vip = false;
    std::uint16_t sign_ups = 0;
    std::uint32_t place = 0;   // in List::members
    std::uint32_t serial = 0;  // of the whole sandbox: what contact ids are made of
    std::int64_t created = 0, last_changed = 0, opted = 0;
    std::vector<std::string> values;  // JSON text per field slot; empty: unset
    std::vector<int> segments;        // ids of static segments, ascending
    std::vector<std::pair<std::string, bool>> interests;
    std::string language, email_type = "html";
};

struct MergeField {
    int id = 0;
    std::string tag, name, type = "text", default_value, help_text, date_format, phone_format;
    bool required = false, is_public = true, removed = false;
    int display_order = 0;
    std::vector<std::string> choices;
};

struct Segment {
    int id = 0;
    std::string name, type = "static";
    std::int64_t created = 0, updated = 0;
    Bits members;
    Bits seeded;  // memberships that no call of the API made
};

struct List {
    std::string id, name;
    int web_id = 0;
    std::int64_t created = 0;
    bool double_optin = false, marketing_permissions = false;
    std::deque<Member> members;
    std::unordered_map<MemberId, std::uint32_t, MemberIdHash> index;
    std::unordered_map<MemberId, double, MemberIdHash>
        given_up;                    // addresses that contacts had, and until when
    std::vector<MergeField> fields;  // a slot is never used again
    int next_field = 0;
    std::map<int, Segment> segments;
    std::map<std::string, std::string> interests;  // id -> name
    Bits active;                                   // status subscribed
    std::array<std::size_t, status_count> by_status{};
    std::uint64_t version = 0;  // moves with every write
    // The counters as shown, when they lag.
    std::array<std::size_t, status_count> shown_by_status{};
    double shown_at = -1;
    // The last listing asked for, so that a walk through a million rows sorts once.
    std::string listing_key;
    std::vector<std::uint32_t> listing;

    Member* find(std::string_view normalised_address);
    Member* find_id(std::string_view id_or_address);  // a contact id too
    Member* find_contact(std::string_view contact_id);
    MergeField* field(std::string_view tag);
    Segment* tag(std::string_view name);  // static segments, ASCII case ignored
};

struct User {
    std::string name, role = "owner";
    bool disabled = false;
};

struct Operation {
    std::string method, path, body, id;
    std::vector<std::pair<std::string, std::string>> params;
};

struct Batch {
    std::string id;
    std::vector<Operation> operations;
    std::string secret;  // whose credentials the operations run under
    double submitted = 0, started = -1, completed = -1;
    std::size_t finished = 0, errored = 0;
    std::string results;  // tar.gz, once completed
    std::string url_token;
    double url_until = 0;
    bool deleted = false;
};

struct Account {
    std::string name, id, dc = "us6";
    std::map<std::string, User> users;
    std::map<std::string, std::unique_ptr<List>> lists;
    std::deque<Batch> batches;
    std::map<std::string, std::string> batch_webhooks;
    std::uint64_t segment_calls = 0;
};

struct Credential {
    std::string account, user;
    bool revoked = false;
};

class Accounts {
public:
    std::map<std::string, std::unique_ptr<Account>> by_name;
    std::map<std::string, Credential> credentials;  // API keys and OAuth tokens
    int next_segment = 4788000;
    std::uint32_t next_member = 100000;
    int next_list = 51000;

    /// The audience with this id in whichever account; its account in `owner`.
    List* find_list(std::string_view id, Account** owner = nullptr);
};

}  // namespace audienced::sandbox::mailchimp
