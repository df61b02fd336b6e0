// A page of contacts is the only large answer: parsed where it lies, in one pass, without a tree.
#include <simdjson.h>

#include "base/domain.hpp"
#include "provider/constant_contact/wire/responses.hpp"

namespace audienced::provider::constant_contact {
namespace {

namespace od = simdjson::ondemand;

Error unreadable() {
    return retryable(Errc::bad_answer,
                     "Constant Contact's answer about contacts is not the JSON that it documents");
}

std::string text_or_empty(od::value& value) {
    std::string_view text;
    return value.get_string().get(text) ? std::string() : std::string(text);
}

/// `visit` gets each key of the object and its value, takes what it wants, and says whether to go on.
template <class Visit>
bool each_key(od::object object, Visit visit) {
    for (auto field : object) {
        std::string_view key;
        od::value value;
        if (field.unescaped_key().get(key) || field.value().get(value)) return false;
        if (!visit(key, value)) return false;
    }
    return true;
}

/// An object, or null.
template <class Visit>
bool each_key_of(od::value& value, Visit visit) {
    od::object object;
    if (value.get_object().get(object)) return value.is_null();
    return each_key(object, visit);
}

bool read_lists(od::value& value, std::vector<std::string>& out) {
    od::array array;
    if (value.get_array().get(array)) return value.is_null();
    for (auto element : array) {
        od::value v;
        if (element.get(v)) return false;
        out.push_back(text_or_empty(v));
    }
    return true;
}

bool read_contact(od::object object, Contact& c) {
    return each_key(object, [&](std::string_view key, od::value& value) {
        if (key == "contact_id") return c.id = text_or_empty(value), true;
        if (key == "deleted_at") return c.deleted = !text_or_empty(value).empty(), true;
        if (key == "list_memberships") return read_lists(value, c.lists);
        if (key != "email_address") return true;
        return each_key_of(value, [&](std::string_view part, od::value& v) {
            if (part == "address") c.address = comparable_address(text_or_empty(v));
            if (part == "permission_to_send") c.permission = text_or_empty(v);
            return true;
        });
    });
}

bool read_list(od::value& value, std::vector<Contact>& out) {
    od::array array;
    if (value.get_array().get(array)) return false;
    for (auto element : array) {
        od::object object;
        if (element.get_object().get(object)) return false;
        Contact c;
        if (!read_contact(object, c)) return false;
        out.push_back(std::move(c));
    }
    return true;
}

bool read_next(od::value& links, std::string& out) {
    return each_key_of(links, [&](std::string_view key, od::value& next) {
        if (key != "next") return true;
        return each_key_of(next, [&](std::string_view part, od::value& v) {
            if (part == "href") out = text_or_empty(v);
            return true;
        });
    });
}

}  // namespace

result<ContactsPage> read_contacts(std::string body) {
    thread_local od::parser parser;
    body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
    od::document doc;
    od::object top;
    if (parser.iterate(simdjson::padded_string_view(body.data(), body.size(), body.capacity())).get(doc) ||
        doc.get_object().get(top))
        return unreadable();
    ContactsPage page;
    bool any = false;
    const bool ok = each_key(top, [&](std::string_view key, od::value& value) {
        if (key == "contacts") return any = true, read_list(value, page.contacts);
        if (key == "_links") return read_next(value, page.next);
        std::uint64_t n = 0;
        if (key == "contacts_count" && !value.get_uint64().get(n)) page.count = n;
        return true;
    });
    // Nothing after the object, nothing missing.
    if (!ok || !any || doc.current_location().error() != simdjson::OUT_OF_BOUNDS) return unreadable();
    if (!page.next.empty() && !page.next.starts_with("/v3/contacts?")) return unreadable();
    return page;
}

}  // namespace audienced::provider::constant_contact
