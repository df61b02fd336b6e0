// A secret as it stands in a file -> as it is used. What editors add around it goes; what no request can
// carry is refused here, where the file is known.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"

namespace audienced {

enum class SecretShape {
    word,      // one line of printable ASCII: a key, a token
    words,     // such words, a line each
    phrase,    // one line of printable ASCII; blanks in it belong to it (RFC 6749, A.2: a client secret)
    password,  // one line; blanks in it and around it belong to it
};

/// Without byte order mark, Windows line ends and blank lines, and, but for a password, without blanks around
/// them. Errors: usage. They name `where` ("the file /root/key"), the line and the kind of character that is
/// in the way, never the text.
result<std::string> secret_text(std::string text, SecretShape shape, const std::string& where);

}  // namespace audienced
