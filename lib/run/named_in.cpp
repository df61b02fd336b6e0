#include "run/named_in.hpp"

#include <algorithm>

#include "plan/find_address.hpp"
#include "store/definitions.hpp"

namespace audienced::run {
namespace {

using Texts = std::vector<std::string>;

Texts texts_of(const model::Source& source) {
    Texts out;
    for (const auto& [name, value] : source.settings) out.push_back(value);
    return out;
}

Texts texts_of(const model::Segment& segment) {
    return {segment.what, segment.title};
}

Texts texts_of(const model::Connection& c) {
    Texts out{c.title, c.client_id, c.ca_file, c.state_reason};
    out.insert(out.end(), c.allow_users.begin(), c.allow_users.end());
    out.insert(out.end(), c.allow_groups.begin(), c.allow_groups.end());
    return out;
}

Texts texts_of(const model::Export& e) {
    Texts out{e.title, e.email, e.key};
    for (const model::FieldMap& f : e.fields) out.insert(out.end(), {f.attribute, f.field});
    return out;
}

template <class Definition>
result<void> find_in(const char* noun, const result<std::vector<Definition>>& all, const std::string& address,
                     std::vector<std::string>& out) {
    if (!all) return all.error();
    for (const Definition& one : *all) {
        const Texts texts = texts_of(one);
        const auto names = [&](const std::string& text) { return plan::names_address(text, address); };
        if (std::any_of(texts.begin(), texts.end(), names)) out.push_back(std::string(noun) + " " + one.name);
    }
    return {};
}

}  // namespace

result<std::vector<std::string>> definitions_with(store::Database& db, const std::string& address) {
    std::vector<std::string> out;
    auto done = find_in("source", store::list_sources(db), address, out);
    if (done) done = find_in("segment", store::list_segments(db), address, out);
    if (done) done = find_in("connection", store::list_connections(db), address, out);
    if (done) done = find_in("export", store::list_exports(db), address, out);
    if (!done) return done.error();
    return out;
}

}  // namespace audienced::run
