#include "provider/mailchimp/wire/values.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "provider/fits.hpp"
#include "provider/mailchimp/wire/address_parts.hpp"
#include "provider/mailchimp/wire/json_text.hpp"
#include "provider/mailchimp/wire/limits.hpp"

namespace audienced::provider::mailchimp {
namespace {

bool shows_days_first(const Field& birthday) {
    return birthday.format.starts_with("DD") || birthday.format.starts_with("dd");
}

Fit fit_text(const Field&, std::string_view value, std::string& rewritten) {
    const std::string_view cut = truncate_utf8(value, max_text_bytes);
    return sent_as(cut, value, rewritten);
}

Fit fit_number(const Field&, std::string_view value, std::string& rewritten) {
    Decimal number;
    const auto problem = read_number(value, number);
    if (problem != NumberProblem::none) return dropped_number(problem);
    return is_json_number(value) ? Fit{} : Fit::rewrite(rewritten, number.text());
}

Fit fit_day_of_calendar(const Field&, std::string_view value, std::string& rewritten) {
    return fit_date(value, rewritten);
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
    return sent_as(view(*number), value, rewritten);
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
    return sent_as(bare.substr(0, 5), value, rewritten);
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
    return sent_as(bare, value, rewritten);
}

Fit fit_choice(const Field& field, std::string_view value, std::string& rewritten) {
    if (field.choices.empty()) return fit_text(field, value, rewritten);
    const std::string* choice = find_choice(field.choices, value);
    if (!choice)
        return Fit::drop("not_a_choice", "the field takes one of its choices only: add it at Mailchimp");
    return sent_as(*choice, value, rewritten);
}

Fit fit_whole_address(const Field&, std::string_view, std::string&) {
    return Fit::drop("whole_address", "an address is filled part by part: --map street=ADDRESS.addr1");
}

Fit fit_part(const Field&, std::string_view value, std::string& rewritten) {
    return sent_as(truncate_utf8(trim(value), max_text_bytes), value, rewritten);
}

using FitFunction = Fit (*)(const Field&, std::string_view, std::string&);
struct TypeRule {
    std::string_view type;
    FitFunction fit;
};
constexpr TypeRule rules[] = {
    {"text", fit_text},         {"number", fit_number},         {"date", fit_day_of_calendar},
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
