#include "plan/guess_mapping.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.hpp"
#include "plan/address.hpp"

namespace audienced::plan {
namespace {

// Best first; compared without case, blanks and punctuation.
constexpr std::array<std::string_view, 16> email_names{
    "email",        "emailaddress", "mail",         "emailaddress1", "mailaddress", "emailaddr",
    "primaryemail", "emailprimary", "emailadresse", "emailadres",    "mailadresse", "courriel",
    "correo",       "adresseemail", "epost",        "smtp"};
constexpr std::array<std::string_view, 9> first_names{
    "firstname", "givenname", "forename", "fname", "vorname", "prenom", "voornaam", "first", "nombre"};
constexpr std::array<std::string_view, 12> last_names{
    "lastname",     "surname",    "familyname", "lname",    "nachname", "familienname",
    "nomdefamille", "achternaam", "apellidos",  "apellido", "last",     "secondname"};
// "email_opt_in" and the like are about an address, and are none.
constexpr std::array<std::string_view, 18> about_email{
    "opt",   "consent", "hash",  "status", "sent",      "count", "verified",   "date", "domain",
    "valid", "bounce",  "click", "open",   "marketing", "pref",  "permission", "type", "id"};

std::string folded(std::string_view name) {
    std::string out;
    for (const char c : ascii_lower(name)) {
        const bool kept =
            (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (static_cast<unsigned char>(c) & 0x80);
        if (kept) out += c;
    }
    return out;
}

template <std::size_t N>
std::size_t rank_in(const std::array<std::string_view, N>& names, std::string_view name) {
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

constexpr std::size_t no_rank = 1000;

/// Lower is better; no_rank: it is not called like this. A prefix costs: contact_email stands behind email.
std::size_t email_rank(const std::string& name) {
    if (const auto rank = rank_in(email_names, name); rank < email_names.size()) return rank;
    const auto at = name.find("email");
    if (at == name.npos) return no_rank;
    const std::string rest = name.substr(0, at) + "|" + name.substr(at + 5);
    for (const auto word : about_email)
        if (rest.find(word) != rest.npos) return no_rank;
    return name.ends_with("email") || name.ends_with("emailaddress") ? 100 : 200;
}

template <std::size_t N>
std::size_t name_rank(const std::array<std::string_view, N>& names, const std::string& name) {
    if (const auto rank = rank_in(names, name); rank < names.size()) return rank;
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i].size() > 5 && name.ends_with(names[i])) return 100 + i;
    return no_rank;
}

/// What the values of a column look like.
struct Looks {
    std::size_t filled = 0, addresses = 0, names = 0;
    bool no_address() const { return addresses * 2 < filled; }
    bool no_name() const { return names * 2 < filled; }
    bool addresses_only() const { return filled > 0 && addresses == filled; }
};

bool like_a_name(std::string_view value) {
    return std::none_of(value.begin(), value.end(),
                        [](char c) { return c == '@' || (c >= '0' && c <= '9'); });
}

Looks look(std::size_t column, const std::vector<SampleRow>& rows) {
    Looks looks;
    std::string address;
    for (const SampleRow& row : rows) {
        if (column >= row.size() || !row[column] || trim(*row[column]).empty()) continue;
        ++looks.filled;
        if (normalise_address(*row[column], address) == AddressProblem::none) ++looks.addresses;
        if (like_a_name(*row[column])) ++looks.names;
    }
    return looks;
}

std::string quoted(const std::string& word) {
    const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-' || c == '.' || c == '=';
    });
    if (plain) return word;
    std::string out = "'";
    for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

}  // namespace

std::string MappingGuess::options() const {
    if (email.empty()) return {};
    std::string out = "--email " + quoted(email);
    if (!first_name.empty()) out += " --map " + quoted(first_name + "=first_name");
    if (!last_name.empty()) out += " --map " + quoted(last_name + "=last_name");
    return out;
}

MappingGuess guess_mapping(const std::vector<std::string>& columns, const std::vector<SampleRow>& rows) {
    MappingGuess guess;
    std::size_t best_email = no_rank, best_first = no_rank, best_last = no_rank;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        // ATTR=FIELD could not be told apart, and a leading dash would be an option.
        const std::string& column = columns[i];
        if (std::count(columns.begin(), columns.end(), column) > 1 || column.find('=') != column.npos ||
            column.starts_with('-'))
            continue;
        const std::string name = folded(column);
        const Looks looks = look(i, rows);
        const auto take = [&](std::size_t rank, bool fits, std::size_t& best, std::string& where) {
            if (rank >= best || !fits) return;
            best = rank;
            where = column;
        };
        const std::size_t by_values = looks.addresses_only() ? no_rank - 1 : no_rank;
        take(std::min(email_rank(name), by_values), !looks.no_address(), best_email, guess.email);
        take(name_rank(first_names, name), !looks.no_name(), best_first, guess.first_name);
        take(name_rank(last_names, name), !looks.no_name(), best_last, guess.last_name);
    }
    return guess;
}

}  // namespace audienced::plan
