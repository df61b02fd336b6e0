#include "store/contacts.hpp"

#include "store/query.hpp"
#include "store/sealed_rows.hpp"

namespace audienced::store {

result<std::optional<Contact>> find_contact(Database& db, const vault::Vault& vault,
                                            model::DestinationId destination, const MemberHash& member) {
    auto& query = db.prepare(
        "SELECT contact_id, moved_to, address FROM contacts WHERE destination = ?1 AND member = ?2");
    query.bind(1, destination.value()).bind_blob(2, member.view());
    Contact contact;
    std::string sealed;
    auto found = first_row(query, [&](const Statement& s) {
        contact.member = member;
        contact.contact_id = model::ContactId(s.text(0));
        if (!s.is_null(1)) contact.moved_to = MemberHash::from(s.blob_view(1));
        sealed = s.blob(2);
    });
    if (!found) return found.error();
    if (!*found) return std::nullopt;
    if (!sealed.empty()) {
        auto address =
            vault.open(sealed, "contacts", contact_row_name(destination, member.view()), "address");
        if (!address) return address.error();
        contact.address = address->reveal();
    }
    return std::optional(std::move(contact));
}

result<std::optional<Contact>> peek_contact(Database& db, model::DestinationId destination,
                                            const MemberHash& member) {
    auto& query =
        db.prepare("SELECT contact_id, moved_to FROM contacts WHERE destination = ?1 AND member = ?2");
    query.bind(1, destination.value()).bind_blob(2, member.view());
    std::optional<Contact> contact;
    auto read = first_row(query, [&](const Statement& s) {
        contact.emplace();
        contact->member = member;
        contact->contact_id = model::ContactId(s.text(0));
        if (!s.is_null(1)) contact->moved_to = MemberHash::from(s.blob_view(1));
    });
    if (!read) return read.error();
    return contact;
}

result<bool> has_contacts(Database& db, model::DestinationId destination) {
    auto& query = db.prepare("SELECT 1 FROM contacts WHERE destination = ?1 LIMIT 1");
    query.bind(1, destination.value());
    return first_row(query, [](const Statement&) {});
}

result<bool> has_moved(Database& db, model::DestinationId destination) {
    auto& query =
        db.prepare("SELECT 1 FROM contacts WHERE destination = ?1 AND moved_to IS NOT NULL LIMIT 1");
    query.bind(1, destination.value());
    return first_row(query, [](const Statement&) {});
}

result<void> set_moved_back(Database& db, const vault::Vault& vault, model::DestinationId destination,
                            const MemberHash& member, std::string_view address) {
    return db
        .prepare(
            "UPDATE contacts SET moved_to = NULL, address = ?3 WHERE destination = ?1 AND member = ?2 AND "
            "moved_to IS NOT NULL")
        .bind(1, destination.value())
        .bind_blob(2, member.view())
        .bind_blob(3,
                   vault.seal(address, "contacts", contact_row_name(destination, member.view()), "address"))
        .run();
}

result<void> put_contact(Database& db, const vault::Vault& vault, model::DestinationId destination,
                         const Contact& contact) {
    auto& insert = db.prepare(
        "INSERT INTO contacts(destination, member, contact_id, moved_to, address) VALUES(?1, ?2, ?3, ?4, ?5) "
        "ON CONFLICT(destination, member) DO UPDATE SET "
        "contact_id = CASE WHEN excluded.contact_id = '' THEN contact_id ELSE excluded.contact_id END, "
        "moved_to = coalesce(excluded.moved_to, moved_to), address = coalesce(excluded.address, address)");
    insert.bind(1, destination.value())
        .bind_blob(2, contact.member.view())
        .bind(3, contact.contact_id.text());
    if (contact.moved_to)
        insert.bind_blob(4, contact.moved_to->view());
    else
        insert.bind_null(4);
    if (contact.address.empty())
        insert.bind_null(5);
    else
        insert.bind_blob(5, vault.seal(contact.address, "contacts",
                                       contact_row_name(destination, contact.member.view()), "address"));
    return insert.run();
}

result<void> set_removed_at(Database& db, model::DestinationId destination, const MemberHash& member,
                            SysTime at) {
    return db.prepare("UPDATE contacts SET removed_at = ?3 WHERE destination = ?1 AND member = ?2")
        .bind(1, destination.value())
        .bind_blob(2, member.view())
        .bind(3, to_unix(at))
        .run();
}

result<void> set_contact_id(Database& db, model::DestinationId destination, const MemberHash& member,
                            const model::ContactId& contact_id) {
    return db
        .prepare(
            "UPDATE contacts SET contact_id = ?3 WHERE destination = ?1 AND member = ?2 AND contact_id <> ?3")
        .bind(1, destination.value())
        .bind_blob(2, member.view())
        .bind(3, contact_id.text())
        .run();
}

result<std::optional<MemberHash>> find_moved_here(Database& db, model::DestinationId destination,
                                                  const MemberHash& member) {
    auto& query = db.prepare("SELECT member FROM contacts WHERE destination = ?1 AND moved_to = ?2 LIMIT 1");
    query.bind(1, destination.value()).bind_blob(2, member.view());
    std::optional<MemberHash> found;
    auto read = first_row(query, [&](const Statement& s) { found = MemberHash::from(s.blob_view(0)); });
    if (!read) return read.error();
    return found;
}

result<std::vector<Moved>> list_moved(Database& db, model::DestinationId destination) {
    auto& query = db.prepare(
        "SELECT moved_to, member FROM contacts WHERE destination = ?1 AND moved_to IS NOT NULL "
        "ORDER BY moved_to");
    query.bind(1, destination.value());
    std::vector<Moved> all;
    auto read = each_row(query, [&](const Statement& s) {
        all.push_back({MemberHash::from(s.blob_view(0)), MemberHash::from(s.blob_view(1))});
    });
    if (!read) return read.error();
    return all;
}

result<std::optional<MemberHash>> find_by_contact_id(Database& db, model::DestinationId destination,
                                                     const std::set<std::string>& ids,
                                                     const std::optional<MemberHash>& after,
                                                     std::size_t limit,
                                                     const std::function<void(const Contact&)>& found) {
    auto& query = db.prepare(
        "SELECT member, contact_id, moved_to FROM contacts WHERE destination = ?1 AND member > ?2 "
        "ORDER BY member LIMIT ?3");
    query.bind(1, destination.value()).bind(3, static_cast<std::int64_t>(limit));
    query.bind_blob(2, after ? after->view() : std::string_view());  // an empty blob sorts before every other
    std::optional<MemberHash> last;
    std::size_t rows = 0;
    auto read = each_row(query, [&](const Statement& s) {
        ++rows;
        if (rows == limit) last = MemberHash::from(s.blob_view(0));
        if (!ids.contains(std::string(s.blob_view(1)))) return;
        Contact contact;
        contact.member = MemberHash::from(s.blob_view(0));
        contact.contact_id = model::ContactId(s.text(1));
        if (!s.is_null(2)) contact.moved_to = MemberHash::from(s.blob_view(2));
        found(contact);
    });
    if (!read) return read.error();
    return last;
}

}  // namespace audienced::store
