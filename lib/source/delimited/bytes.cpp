#include "source/delimited/bytes.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/text.hpp"

namespace audienced::source::delimited {
namespace {

class FileBytes final : public Bytes {
public:
    explicit FileBytes(folder::File& file) : file_(file) {}
    result<std::size_t> read(std::span<char> into) override { return file_.read(into); }

private:
    folder::File& file_;
};

class TextBytes final : public Bytes {
public:
    explicit TextBytes(std::string_view text) : text_(text) {}
    result<std::size_t> read(std::span<char> into) override {
        const std::size_t n = std::min(into.size(), text_.size());
        std::memcpy(into.data(), text_.data(), n);
        text_.remove_prefix(n);
        return n;
    }

private:
    std::string_view text_;
};

struct Name {
    std::string_view name;
    Encoding encoding;
};
constexpr Name encoding_names[] = {
    {"utf-8", Encoding::utf8},
    {"utf8", Encoding::utf8},
    {"65001", Encoding::utf8},
    {"ascii", Encoding::utf8},
    {"us-ascii", Encoding::utf8},
    {"20127", Encoding::utf8},
    {"utf-16", Encoding::utf16le},
    {"utf-16le", Encoding::utf16le},
    {"unicode", Encoding::utf16le},
    {"1200", Encoding::utf16le},
    {"utf-16be", Encoding::utf16be},
    {"1201", Encoding::utf16be},
    {"windows-1252", Encoding::windows1252},
    {"cp1252", Encoding::windows1252},
    {"1252", Encoding::windows1252},
    {"iso-8859-1", Encoding::windows1252},
    {"latin1", Encoding::windows1252},
    {"28591", Encoding::windows1252},
};

}  // namespace

result<std::string_view> Head::look() {
    if (looked_) return std::string_view(head_);
    head_.resize(most);
    std::size_t have = 0;
    while (most - have >= Bytes::least_room) {
        auto n = inner_->read(std::span(head_).subspan(have));
        if (!n) return n.error();
        if (*n == 0) break;
        have += *n;
    }
    head_.resize(have);
    looked_ = true;
    return std::string_view(head_);
}

result<std::size_t> Head::read(std::span<char> into) {
    if (at_ == head_.size()) {
        if (at_ != 0) head_.clear(), head_.shrink_to_fit(), at_ = 0;
        return inner_->read(into);
    }
    const std::size_t n = std::min(into.size(), head_.size() - at_);
    std::memcpy(into.data(), head_.data() + at_, n);
    at_ += n;
    return n;
}

std::optional<Encoding> encoding_named(std::string_view name) {
    for (const auto& n : encoding_names)
        if (iequals(n.name, name)) return n.encoding;
    return std::nullopt;
}

std::unique_ptr<Bytes> bytes_of(folder::File& file) {
    return std::make_unique<FileBytes>(file);
}
std::unique_ptr<Bytes> bytes_of(std::string_view text) {
    return std::make_unique<TextBytes>(text);
}

}  // namespace audienced::source::delimited
