// Ids that must not be confused: each is a type of its own, constructed explicitly, and read through
// text() or value() where it becomes a column, JSON or a request.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <utility>

namespace audienced::model {

/// A text of one kind. Kinds neither convert into each other nor compare.
template <class Kind>
class TextId {
public:
    TextId() = default;
    explicit TextId(std::string text) : text_(std::move(text)) {}
    const std::string& text() const noexcept { return text_; }
    bool empty() const noexcept { return text_.empty(); }
    void clear() noexcept { text_.clear(); }
    auto operator<=>(const TextId&) const = default;

private:
    std::string text_;
};

/// A number of one kind; 0 stands for none.
template <class Kind>
class NumberId {
public:
    constexpr NumberId() = default;
    explicit constexpr NumberId(std::int64_t value) : value_(value) {}
    constexpr std::int64_t value() const noexcept { return value_; }
    auto operator<=>(const NumberId&) const = default;

private:
    std::int64_t value_ = 0;
};

/// Account and destination at the provider, "ACCOUNT/DESTINATION": what exports of one audience or list
/// share. Empty: every destination (addresses that were forgotten).
using DestinationKey = TextId<struct DestinationKeyKind>;
/// The provider's id of a tag or list; empty while it is not made.
using GroupId = TextId<struct GroupIdKind>;
/// The provider's id of a contact; empty where the provider gave none.
using ContactId = TextId<struct ContactIdKind>;
/// The row of a destination in the database.
using DestinationId = NumberId<struct DestinationIdKind>;
/// The row of a tag or list in the database; 0 while it is not stored.
using GroupNo = NumberId<struct GroupNoKind>;
/// Of an export, never used again.
using ExportId = NumberId<struct ExportIdKind>;

}  // namespace audienced::model
