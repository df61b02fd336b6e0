// Fixed-size values in a string of bytes, as this machine has them in memory: for data that it reads itself.
#pragma once

#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

namespace audienced::bytes {

template <class T>
void put(std::string& out, T value) {
    static_assert(std::is_trivially_copyable_v<T>);
    out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

/// Takes a value off the front. false: `in` is too short, and is unchanged.
template <class T>
bool take(std::string_view& in, T& value) {
    // A bool of another byte than 0 or 1 is undefined behaviour: take a number and look at it.
    static_assert(std::is_trivially_copyable_v<T> && !std::is_same_v<T, bool>);
    if (in.size() < sizeof value) return false;
    std::memcpy(&value, in.data(), sizeof value);
    in.remove_prefix(sizeof value);
    return true;
}

/// A text behind its length, which is a Size.
template <class Size>
void put_text(std::string& out, std::string_view text) {
    put(out, static_cast<Size>(text.size()));
    out.append(text);
}
template <class Size>
bool take_text(std::string_view& in, std::string& text) {
    Size size = 0;
    if (!take(in, size) || in.size() < size) return false;
    text.assign(in.substr(0, size));
    in.remove_prefix(size);
    return true;
}

}  // namespace audienced::bytes
