#include "store/ledger.hpp"

#include "store/query.hpp"
#include "store/sealed_rows.hpp"

namespace audienced::store {
namespace {

// One letter: the column has a row for each member.
std::string_view letter_of(model::CountedAs change) {
    return change == model::CountedAs::added ? "a" : "u";
}

result<void> read_change(const Statement& s, int column, LedgerRow& row) {
    const std::string_view letter = s.blob_view(column);
    if (letter == "a")
        row.last_change = model::CountedAs::added;
    else if (letter == "u")
        row.last_change = model::CountedAs::updated;
    else
        return unknown_word("ledger.last_change");
    return {};
}

}  // namespace

result<std::size_t> scan_ledger(Database& db, model::ExportId export_id,
                                const std::optional<MemberHash>& after, std::size_t limit,
                                const std::function<void(const LedgerRow&)>& each) {
    auto& query = db.prepare(
        "SELECT member, value_hash, member_of, owned, last_run, last_change FROM ledger "
        "WHERE export_id = ?1 AND member > ?2 ORDER BY member LIMIT ?3");
    query.bind(1, export_id.value()).bind(3, static_cast<std::int64_t>(limit));
    query.bind_blob(2, after ? after->view() : std::string_view());  // an empty blob sorts before every other
    LedgerRow row;
    std::size_t rows = 0;
    auto read = each_row(query, [&](const Statement& s) -> result<void> {
        row.member = MemberHash::from(s.blob_view(0));
        row.values = u64(s, 1);
        row.groups = u64(s, 2);
        row.owned = u64(s, 3);
        row.last_run = s.integer(4);
        if (auto change = read_change(s, 5, row); !change) return change;
        ++rows;
        each(row);
        return {};
    });
    if (!read) return read.error();
    return rows;
}

result<std::uint64_t> count_ledger(Database& db, model::ExportId export_id) {
    auto& query = db.prepare("SELECT count(*) FROM ledger WHERE export_id = ?1");
    query.bind(1, export_id.value());
    std::uint64_t count = 0;
    if (auto found = first_row(query, [&](const Statement& s) { count = u64(s, 0); }); !found)
        return found.error();
    return count;
}

result<std::optional<LedgerRow>> find_in_ledger(Database& db, const vault::Vault& vault,
                                                model::ExportId export_id, const MemberHash& member) {
    auto& query = db.prepare(
        "SELECT value_hash, member_of, owned, last_run, last_change, contact_id, address FROM ledger "
        "WHERE export_id = ?1 AND member = ?2");
    query.bind(1, export_id.value()).bind_blob(2, member.view());
    LedgerRow row;
    std::string sealed;
    auto found = first_row(query, [&](const Statement& s) -> result<void> {
        row.member = member;
        row.values = u64(s, 0);
        row.groups = u64(s, 1);
        row.owned = u64(s, 2);
        row.last_run = s.integer(3);
        row.contact_id = model::ContactId(s.text(5));
        sealed = s.blob(6);
        return read_change(s, 4, row);
    });
    if (!found) return found.error();
    if (!*found) return std::nullopt;
    if (!sealed.empty()) {
        auto address = vault.open(sealed, "ledger", ledger_row_name(export_id, member.view()), "address");
        if (!address) return address.error();
        row.address = address->reveal();
    }
    return std::optional(std::move(row));
}

namespace {

result<void> write_row(Statement& insert, const vault::Vault& vault, model::ExportId export_id,
                       const LedgerRow& row) {
    insert.bind(1, export_id.value()).bind_blob(2, row.member.view());
    bind_u64(insert, 3, row.values);
    bind_u64(insert, 4, row.groups);
    bind_u64(insert, 5, row.owned);
    insert.bind(6, row.last_run).bind(7, letter_of(row.last_change)).bind(8, row.contact_id.text());
    if (row.address.empty())
        insert.bind_null(9);
    else
        insert.bind_blob(
            9, vault.seal(row.address, "ledger", ledger_row_name(export_id, row.member.view()), "address"));
    return insert.run();
}

}  // namespace

result<void> put_in_ledger(Database& db, const vault::Vault& vault, model::ExportId export_id,
                           const LedgerRow& row) {
    auto& insert = db.prepare(
        "INSERT INTO ledger(export_id, member, value_hash, member_of, owned, last_run, last_change, "
        "contact_id, address) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT(export_id, member) DO UPDATE SET "
        "value_hash = excluded.value_hash, member_of = excluded.member_of, owned = excluded.owned, "
        "last_run = excluded.last_run, last_change = excluded.last_change, "
        "contact_id = CASE WHEN excluded.contact_id = '' THEN contact_id ELSE excluded.contact_id END, "
        "address = coalesce(excluded.address, address)");
    return write_row(insert, vault, export_id, row);
}

result<void> merge_into_ledger(Database& db, const vault::Vault& vault, model::ExportId export_id,
                               const LedgerRow& row) {
    auto& insert = db.prepare(
        "INSERT INTO ledger(export_id, member, value_hash, member_of, owned, last_run, last_change, "
        "contact_id, address) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT(export_id, member) DO UPDATE SET "
        "value_hash = excluded.value_hash, member_of = member_of | excluded.member_of, "
        "owned = owned | (excluded.owned & ~member_of), "
        "last_run = excluded.last_run, last_change = excluded.last_change, "
        "contact_id = CASE WHEN excluded.contact_id = '' THEN contact_id ELSE excluded.contact_id END, "
        "address = coalesce(excluded.address, address)");
    return write_row(insert, vault, export_id, row);
}

result<void> clear_membership_before_removal(Database& db, model::ExportId export_id,
                                             const MemberHash& member, std::uint64_t bits) {
    auto& update =
        db.prepare("UPDATE ledger SET member_of = member_of & ~?3 WHERE export_id = ?1 AND member = ?2");
    update.bind(1, export_id.value()).bind_blob(2, member.view());
    bind_u64(update, 3, bits);
    return update.run();
}

result<void> remove_from_ledger(Database& db, model::ExportId export_id, const MemberHash& member) {
    return db.prepare("DELETE FROM ledger WHERE export_id = ?1 AND member = ?2")
        .bind(1, export_id.value())
        .bind_blob(2, member.view())
        .run();
}

result<void> clear_group_bits(Database& db, model::ExportId export_id, std::uint64_t bits) {
    auto& update = db.prepare(
        "UPDATE ledger SET member_of = member_of & ~?2, owned = owned & ~?2 "
        "WHERE export_id = ?1 AND (member_of | owned) & ?2 <> 0");
    update.bind(1, export_id.value());
    bind_u64(update, 2, bits);
    return update.run();
}

result<void> set_contact_id(Database& db, model::ExportId export_id, const MemberHash& member,
                            const model::ContactId& contact_id) {
    return db.prepare("UPDATE ledger SET contact_id = ?3 WHERE export_id = ?1 AND member = ?2")
        .bind(1, export_id.value())
        .bind_blob(2, member.view())
        .bind(3, contact_id.text())
        .run();
}

}  // namespace audienced::store
