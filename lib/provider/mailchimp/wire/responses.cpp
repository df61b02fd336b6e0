#include "provider/mailchimp/wire/responses.hpp"

#include <simdjson.h>

#include "base/domain.hpp"

namespace audienced::provider::mailchimp {
namespace {

namespace od = simdjson::ondemand;

Error unreadable_page(const char* what) {
    return retryable(Errc::bad_answer,
                     std::string("Mailchimp's answer about ") + what + " is not the JSON that it documents");
}

/// One bulk reply: parsed where it lies, in one pass, without a tree. `visit` is called with each key of the
/// top object and its value, takes what it wants, and gives an error code.
template <class Visit>
bool each_key(std::string& body, Visit visit) {
    thread_local od::parser parser;
    body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
    od::document doc;
    if (parser.iterate(simdjson::padded_string_view(body.data(), body.size(), body.capacity())).get(doc))
        return false;
    od::object top;
    if (doc.get_object().get(top)) return false;
    for (auto field : top) {
        std::string_view key;
        od::value value;
        if (field.unescaped_key().get(key) || field.value().get(value)) return false;
        if (!visit(key, value)) return false;
    }
    return doc.current_location().error() ==
           simdjson::OUT_OF_BOUNDS;  // nothing behind the object, nothing missing
}

std::string text_or_empty(od::value& value) {
    std::string_view text;
    return value.get_string().get(text) ? std::string() : std::string(text);
}

template <class Row>
bool each_object(od::value& value, Row row) {
    od::array array;
    if (value.get_array().get(array)) return value.is_null();  // null for "none" is borne
    for (auto element : array) {
        od::object object;
        if (element.get_object().get(object)) return false;
        if (!row(object)) return false;
    }
    return true;
}

/// The ids of tags that an answer shows; a number each.
bool read_tag_ids(od::value& value, std::vector<model::GroupId>& out) {
    return each_object(value, [&](od::object& object) {
        for (auto field : object) {
            std::string_view key;
            od::value v;
            if (field.unescaped_key().get(key) || field.value().get(v)) return false;
            std::uint64_t id = 0;
            if (key == "id" && !v.get_uint64().get(id)) out.emplace_back(std::to_string(id));
        }
        return true;
    });
}

/// Tags cost time and are asked for in listings only; bulk replies carry them unasked.
enum class WithTags : bool { no, yes };

bool read_member_list(od::value& value, std::vector<ReplyMember>& out, WithTags with = WithTags::no) {
    return each_object(value, [&](od::object& object) {
        ReplyMember m;
        std::optional<std::uint64_t> tags_count;
        for (auto field : object) {
            std::string_view key;
            od::value v;
            if (field.unescaped_key().get(key) || field.value().get(v)) return false;
            if (key == "email_address")
                m.address = comparable_address(text_or_empty(v));
            else if (key == "status")
                m.status = text_or_empty(v);
            else if (key == "contact_id")
                m.contact_id = text_or_empty(v);
            else if (with == WithTags::yes && key == "tags") {
                if (!read_tag_ids(v, m.tags.emplace())) return false;
            } else if (with == WithTags::yes && key == "tags_count") {
                std::uint64_t n = 0;
                if (!v.get_uint64().get(n)) tags_count = n;
            }
        }
        if (m.tags && !shows_all_tags(m.tags->size(), tags_count)) m.tags.reset();
        out.push_back(std::move(m));
        return true;
    });
}

bool read_address_list(od::value& value, std::vector<std::string>& out) {
    od::array array;
    if (value.get_array().get(array)) return true;
    for (auto element : array) {
        od::value v;
        if (element.get(v)) return false;
        out.push_back(comparable_address(text_or_empty(v)));
    }
    return true;
}

bool read_row_errors(od::value& value, std::vector<RowError>& out) {
    return each_object(value, [&](od::object& object) {
        RowError e;
        for (auto field : object) {
            std::string_view key;
            od::value v;
            if (field.unescaped_key().get(key) || field.value().get(v)) return false;
            if (key == "email_address")
                e.addresses.push_back(comparable_address(text_or_empty(v)));
            else if (key == "email_addresses") {
                if (!read_address_list(v, e.addresses)) return false;
            } else if (key == "error")
                e.text = text_or_empty(v);
            else if (key == "field")
                e.field = text_or_empty(v);
            else if (key == "field_message")
                e.field_message = text_or_empty(v);
        }
        out.push_back(std::move(e));
        return true;
    });
}

}  // namespace

result<UpsertReply> read_upsert(std::string body) {
    UpsertReply out;
    bool any = false;
    const bool ok = each_key(body, [&](std::string_view key, od::value& value) {
        if (key == "new_members") return any = true, read_member_list(value, out.created);
        if (key == "updated_members") return any = true, read_member_list(value, out.updated);
        if (key == "errors") return any = true, read_row_errors(value, out.errors);
        return true;
    });
    if (!ok || !any) return unreadable_page("members");
    return out;
}

result<TagChangeReply> read_tag_change(std::string body) {
    TagChangeReply out;
    bool any = false;
    const bool ok = each_key(body, [&](std::string_view key, od::value& value) {
        if (key == "members_added") return any = true, read_member_list(value, out.added);
        if (key == "members_removed") return any = true, read_member_list(value, out.removed);
        if (key == "errors") return any = true, read_row_errors(value, out.errors);
        return true;
    });
    if (!ok || !any) return unreadable_page("a tag");
    return out;
}

result<MembersPage> read_members(std::string body) {
    MembersPage out;
    bool any = false;
    const bool ok = each_key(body, [&](std::string_view key, od::value& value) {
        if (key == "members") return any = true, read_member_list(value, out.members, WithTags::yes);
        if (key == "total_items") {
            std::uint64_t n = 0;
            if (!value.get_uint64().get(n)) out.total = n;
        }
        return true;
    });
    if (!ok || !any) return unreadable_page("a page of members");
    return out;
}

}  // namespace audienced::provider::mailchimp
