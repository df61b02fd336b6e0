#include "provider/mailchimp/wire/values.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "provider/mailchimp/wire/address_parts.hpp"
#include "provider/mailchimp/wire/json_text.hpp"
#include "provider/mailchimp/wire/limits.hpp"
#include "provider/value_readings.hpp"

namespace audienced::provider::mailchimp {
namespace {

template <std::size_t N>
std::string_view view(const std::array<char, N>& text) {
    return {text.data(), text.size()};
}

bool shows_days_first(const Field& birthday) {
    return birthday.format.starts_with("DD") || birthday.format.starts_with("dd");
}

Fit fit_text(const Field&, std::string_view value, std::string& rewritten) {
    const std::string_view cut = truncate_utf8(value, max_text_bytes);
    return cut.size() == value.size() ? Fit{} : Fit::rewrite(rewritten, cut);
}

Fit fit_number(const Field&, std::string_view value, std::string& rewritten) {
    Decimal number;
    switch (read_number(value, number)) {
        case NumberProblem::none:
            return is_json_number(value) ? Fit{} : Fit::rewrite(rewritten, number.text());
        case NumberProblem::two_readings:
            return Fit::drop("two_readings",
                             "a comma may be a decimal sign or group thousands: write numbers as 1234.50");
        case NumberProblem::too_large:
            return Fit::drop("number_too_large",
                             "a number field keeps 15 digits before the point: use a text field");
        case NumberProblem::not_a_number:
            break;
    }
    return Fit::drop("not_a_number", "the field takes numbers such as 1234.50");
}

Fit fit_date(const Field&, std::string_view value, std::string& rewritten) {
    const auto day = read_day(value);
    if (!day) return Fit::drop("not_a_date", "the field takes dates with the year first, such as 2024-01-31");
    const auto iso = day->iso();
    return value == view(iso) ? Fit{} : Fit::rewrite(rewritten, view(iso));
}

Fit fit_birthday(const Field& field, std::string_view value, std::string& rewritten) {
    if (const auto day = read_birthday(value)) {
        const auto text = day->birthday();
        return Fit::rewrite(rewritten, view(text));
    }
    // 03/04 is the form of the API; where the audience shows the day first it has two readings.
    const bool as_sent = value.size() == 5 && value[2] == '/';
    if (as_sent && shows_days_first(field))
        return Fit::drop("two_readings",
                         "the audience shows the day first, the API takes the month first: use 1990-12-24 or "
                         "--12-24");
    if (as_sent) {
        std::array<char, 7> dashes{'-', '-', value[0], value[1], '-', value[3], value[4]};
        if (read_birthday(view(dashes))) return {};
    }
    return Fit::drop("not_a_birthday", "the field takes 12/24 or dates such as 1990-12-24");
}

Fit fit_phone(const Field& field, std::string_view value, std::string& rewritten) {
    if (!iequals(field.format, "US")) {
        if (value.size() <= max_text_bytes) return {};
        return Fit::drop("too_long", "a phone number has at most 255 bytes and is never cut");
    }
    const auto number = read_us_phone(value);
    if (!number)
        return Fit::drop("not_a_us_phone",
                         "the field takes US numbers such as 404-555-1212: change its format to "
                         "international, or use a text field");
    return value == view(*number) ? Fit{} : Fit::rewrite(rewritten, view(*number));
}

bool all_digits(std::string_view s) {
    return std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Fit fit_zip(const Field&, std::string_view value, std::string& rewritten) {
    const std::string_view bare = trim(value);
    const bool five = bare.size() == 5 && all_digits(bare);
    const bool with_four =
        bare.size() == 10 && bare[5] == '-' && all_digits(bare.substr(0, 5)) && all_digits(bare.substr(6));
    if (!five && !with_four)
        return Fit::drop("not_a_zip",
                         "the field takes US zip codes of five digits: use a text field for other postcodes");
    return value.size() == 5 ? Fit{} : Fit::rewrite(rewritten, bare.substr(0, 5));
}

Fit fit_url(const Field&, std::string_view value, std::string& rewritten) {
    const std::string_view bare = trim(value);
    const auto scheme = bare.find("://");
    const bool blank =
        std::any_of(bare.begin(), bare.end(), [](char c) { return static_cast<unsigned char>(c) <= ' '; });
    if (scheme == bare.npos || scheme == 0 || scheme + 3 == bare.size() || blank)
        return Fit::drop("not_a_url", "the field takes addresses such as https://example.org/page");
    if (bare.size() > max_text_bytes)
        return Fit::drop("too_long", "a URL has at most 255 bytes: cut, it would be another one");
    return bare.size() == value.size() ? Fit{} : Fit::rewrite(rewritten, bare);
}

Fit fit_choice(const Field& field, std::string_view value, std::string& rewritten) {
    if (field.choices.empty()) return fit_text(field, value, rewritten);
    const std::string* choice = find_choice(field.choices, value);
    if (!choice)
        return Fit::drop("not_a_choice", "the field takes one of its choices only: add it at Mailchimp");
    return *choice == value ? Fit{} : Fit::rewrite(rewritten, *choice);
}

Fit fit_whole_address(const Field&, std::string_view, std::string&) {
    return Fit::drop("whole_address", "an address is filled part by part: --map street=ADDRESS.addr1");
}

Fit fit_part(const Field& field, std::string_view value, std::string& rewritten) {
    const std::string_view bare = trim(value);
    if (bare.size() == value.size()) return fit_text(field, value, rewritten);
    return Fit::rewrite(rewritten, truncate_utf8(bare, max_text_bytes));
}

using FitFunction = Fit (*)(const Field&, std::string_view, std::string&);
struct TypeRule {
    std::string_view type;
    FitFunction fit;
};
constexpr TypeRule rules[] = {
    {"text", fit_text},         {"number", fit_number},         {"date", fit_date},
    {"birthday", fit_birthday}, {"phone", fit_phone},           {"zip", fit_zip},
    {"url", fit_url},           {"imageurl", fit_url},          {"dropdown", fit_choice},
    {"radio", fit_choice},      {"address", fit_whole_address}, {type_of_part, fit_part},
};

FitFunction rule_of(std::string_view type) {
    for (const TypeRule& rule : rules)
        if (rule.type == type) return rule.fit;
    return fit_text;
}

/// Where in the mapping the parts of one address stand.
struct Address {
    std::string tag;
    std::array<std::optional<std::size_t>, address_parts.size()> columns;
};

class MergeFieldRules final : public ValueRules {
public:
    explicit MergeFieldRules(std::vector<Field> fields) : fields_(std::move(fields)) {
        for (std::size_t i = 0; i < fields_.size(); ++i) {
            functions_.push_back(rule_of(fields_[i].type));
            if (const auto name = split_part(fields_[i].name)) address(name->tag).columns[name->part] = i;
        }
    }

    Fit fit(std::size_t field, std::string_view value, std::string& rewritten) const override {
        return functions_[field](fields_[field], value, rewritten);
    }

    void fit_together(FieldValues& values, std::vector<DroppedValue>& dropped) const override {
        for (const Address& a : addresses_) complete(a, values, dropped);
    }

private:
    Address& address(std::string_view tag) {
        for (Address& a : addresses_)
            if (a.tag == tag) return a;
        return addresses_.emplace_back(Address{std::string(tag), {}});
    }

    static bool is_filled(const std::optional<std::string_view>& value) { return value && !value->empty(); }

    /// All that Mailchimp asks for, or nothing: an incomplete address would cost the member.
    static void complete(const Address& a, FieldValues& values, std::vector<DroppedValue>& dropped) {
        bool any = false;
        std::optional<std::size_t> lacking;
        for (std::size_t part = 0; part < address_parts.size(); ++part) {
            const auto column = a.columns[part];
            if (column && is_filled(values[*column]))
                any = true;
            else if (column && address_parts[part].required && !lacking)
                lacking = column;
        }
        if (!any || !lacking) return;
        for (const auto column : a.columns)
            if (column) values[*column].reset();
        dropped.push_back({*lacking, "incomplete_address",
                           "an address needs addr1, city, state and zip; without this part it is left out"});
    }

    std::vector<Field> fields_;
    std::vector<FitFunction> functions_;
    std::vector<Address> addresses_;
};

}  // namespace

std::unique_ptr<ValueRules> make_value_rules(std::vector<Field> fields) {
    return std::make_unique<MergeFieldRules>(std::move(fields));
}

std::vector<std::string_view> types_with_rules() {
    std::vector<std::string_view> out;
    for (const TypeRule& rule : rules) out.push_back(rule.type);
    return out;
}

}  // namespace audienced::provider::mailchimp
