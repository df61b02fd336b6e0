// The state of Constant Contact: accounts, contacts, lists, custom fields, and activities that run one after
// another.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "wire/bits.hpp"

namespace audienced::sandbox::constant_contact {

/// explicit | implicit | not_set | pending_confirmation | temp_hold | unsubscribed
enum class Permission : std::uint8_t { given, implied, not_set, pending, temp_hold, unsubscribed };
std::string_view print(Permission);
std::optional<Permission> parse_permission(std::string_view);

using Values = std::vector<std::pair<std::uint16_t, std::string>>;  // key (Account::keys), text

struct Contact {
    std::string id, email;
    std::uint32_t place = 0;
    Permission permission = Permission::implied;
    bool deleted = false, foreign = false, opted_out_by_account = false, resubscribe_mailed = false;
    bool created_by_contact = false;
    double created = 0, updated = 0, opted_in = 0, opted_out = 0;
    Values values;
    std::vector<std::string> lists;      // ids
    std::map<std::string, double> left;  // those that the contact left, and when
    double deleted_since = 0;            // by people
    std::vector<std::string> tags;
};

struct List {
    std::string id, name, description;
    bool favorite = false;
    double created = 0, updated = 0;
    Bits members, seeded;
    std::size_t shown = 0;
    double shown_at = -1;
};

struct CustomField {
    std::string id, label, name, type;
    int version = 1;
    double created = 0;
    std::vector<std::string> choices;
    bool integer = false, allow_negative = false;  // metadata of numbers
    int decimal_places = 0;                        // 0: not told
    std::string currency_code;
};

struct ImportRow {
    std::string email, error;
    bool correctable = true;
    Values values;
};

struct Activity {
    std::string id, kind, state = "initialized", outcome = "completed";
    double created = 0, started = -1, completed = -1;
    double asked = 0;             // when the call arrived; what happens after that is unknown to it
    std::vector<ImportRow> rows;  // imports
    std::vector<std::string> contact_ids, source_lists, lists, tags, excluded;  // list and tag activities
    bool all_active = false;
    std::size_t items = 0, done = 0, people = 0, errors = 0, correctable = 0, cannot_add = 0;
    std::vector<std::string> messages;
    bool is_import() const { return kind == "contacts_json_import" || kind == "contacts_file_import"; }
};

struct Account {
    std::string name, encoded_id;
    std::map<std::string, std::string> users;  // name -> role: owner | manager | campaign_creator
    std::deque<Contact> contacts;
    std::unordered_map<std::string, std::uint32_t> by_email, by_id;
    std::map<std::string, List> lists;
    std::vector<CustomField> fields;
    std::map<std::string, std::string> tags;  // id -> name
    std::deque<Activity> activities;
    bool jobs_held = false;  // none begins
    double jobs_held_until = 0;
    std::map<std::string, double> given_up;  // addresses that contacts had, and until when
    std::vector<std::string> keys;

    Contact* find_email(const std::string& lower_case);
    Contact* find_id(const std::string& id);
    const CustomField* field_named(std::string_view name) const;
    std::uint16_t key(std::string_view name);
    std::string* value(Contact&, std::string_view name);
};

class Accounts {
public:
    std::map<std::string, std::unique_ptr<Account>> by_name;
};

}  // namespace audienced::sandbox::constant_contact
