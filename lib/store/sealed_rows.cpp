#include "store/sealed_rows.hpp"

namespace audienced::store {

std::string ledger_row_name(model::ExportId export_id, std::string_view member) {
    std::string name;
    name.reserve(8 + member.size());
    for (int shift = 56; shift >= 0; shift -= 8)
        name += static_cast<char>(static_cast<std::uint64_t>(export_id.value()) >> shift & 0xFF);
    return name.append(member);
}

std::string secret_row_name(std::string_view owner_kind, std::string_view owner, std::string_view name) {
    return std::string(owner_kind).append("/").append(owner).append("/").append(name);
}

}  // namespace audienced::store
