// A failed CHECK on a result<T> shows its error, never its value (which may be a secret).
#pragma once

#include <catch2/catch.hpp>

#include "base/error.hpp"

template <class T>
struct Catch::StringMaker<boost::system::result<T, audienced::Error>> {
    static std::string convert(const boost::system::result<T, audienced::Error>& r) {
        return r ? std::string("a value") : audienced::to_string(r.error().code) + (": " + r.error().text());
    }
};
