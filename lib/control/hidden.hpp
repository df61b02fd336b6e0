// Where definitions lead to: files, folders and hosts, which only administrators read. Whatever an error or a
// text quotes of them is taken out of each answer to others, as a whole, blanks included. Pure but for the
// load.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "store/database.hpp"

namespace audienced::control {

class HiddenPlaces {
public:
    /// Takes absolute paths, each with the folders above it, and addresses (https://host:port/...); leaves
    /// what is neither.
    void add(std::string_view place);
    /// `json`: a document, or lines of them.
    std::string mask(std::string json) const;

private:
    void add_path(std::string_view path);
    void add_address(std::string_view address);
    struct LongestFirst {
        bool operator()(const std::string& a, const std::string& b) const {
            return a.size() != b.size() ? a.size() > b.size() : a < b;
        }
    };
    std::set<std::string, LongestFirst> paths_, hosts_;  // as they are written in JSON
};

/// Of the sources and connections that there are now.
result<HiddenPlaces> load_hidden_places(store::Database&);

}  // namespace audienced::control
