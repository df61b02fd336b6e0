#include "store/sealed_rows.hpp"

namespace audienced::store {

std::string contact_row_name(model::DestinationId destination, std::string_view member) {
    std::string name;
    name.reserve(8 + member.size());
    for (int shift = 56; shift >= 0; shift -= 8)
        name += static_cast<char>(static_cast<std::uint64_t>(destination.value()) >> shift & 0xFF);
    return name.append(member);
}

std::string intent_row_name(std::int64_t run, std::int64_t seq) {
    return std::to_string(run) + "/" + std::to_string(seq);
}

std::string secret_row_name(std::string_view owner_kind, std::string_view owner, std::string_view name) {
    return std::string(owner_kind).append("/").append(owner).append("/").append(name);
}

}  // namespace audienced::store
