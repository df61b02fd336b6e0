#include "provider/constant_contact/wire/values.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "provider/constant_contact/wire/fields.hpp"
#include "provider/fits.hpp"

namespace audienced::provider::constant_contact {
namespace {

/// A field of the mapping, with what is looked up once for all rows.
struct Target : Field {
    std::size_t width;  // characters
};

Fit fit_text(const Target& field, std::string_view value, std::string& rewritten) {
    const std::string_view cut = first_characters(value, field.width);
    return sent_as(cut, value, rewritten);
}

Fit fit_day_of_calendar(const Target&, std::string_view value, std::string& rewritten) {
    return fit_date(value, rewritten);
}

/// The number, as far as the field's own limits allow it.
Fit fit_amount(const Target& field, std::string_view amount, std::string_view value, std::string& rewritten) {
    Decimal number;
    if (const auto problem = read_number(amount, number); problem != NumberProblem::none)
        return dropped_number(problem);
    if (number.negative() && field.below_zero == false)
        return Fit::drop("negative_number", "the field takes no number below zero");
    if (!field.decimals) return sent_as(number.text(), value, rewritten);
    if (number.decimals() > *field.decimals)
        return Fit::drop("too_many_decimals",
                         "the number has more decimals than the field takes: round it in the source");
    return sent_as(number.text_with(*field.decimals), value, rewritten);
}

Fit fit_number(const Target& field, std::string_view value, std::string& rewritten) {
    return fit_amount(field, value, value, rewritten);
}

bool is_code(std::string_view s) {
    return s.size() == 3 && std::all_of(s.begin(), s.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

constexpr std::string_view dollars[] = {"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"};

/// May this sign or code stand for the field's currency? A field that names none takes any.
bool is_currency(std::string_view sign, std::string_view code) {
    if (code.empty() || sign == code) return true;
    if (sign == "$") return std::find(std::begin(dollars), std::end(dollars), code) != std::end(dollars);
    return (sign == "€" && code == "EUR") || (sign == "£" && code == "GBP") ||
           (sign == "¥" && (code == "JPY" || code == "CNY"));
}

/// Takes a sign or code off one end.
std::string_view take_currency(std::string_view& amount) {
    for (const std::string_view sign : {"$", "€", "£", "¥"}) {
        if (amount.starts_with(sign)) {
            amount = trim(amount.substr(sign.size()));
            return sign;
        }
        if (amount.ends_with(sign)) {
            amount = trim(amount.substr(0, amount.size() - sign.size()));
            return sign;
        }
    }
    if (amount.size() < 4) return {};
    if (const auto code = amount.substr(0, 3); is_code(code)) {
        amount = trim(amount.substr(3));
        return code;
    }
    const auto code = amount.substr(amount.size() - 3);
    if (!is_code(code)) return {};
    amount = trim(amount.substr(0, amount.size() - 3));
    return code;
}

Fit fit_currency(const Target& field, std::string_view value, std::string& rewritten) {
    std::string_view amount = trim(value);
    const bool minus_first = amount.starts_with('-');
    std::string_view unsigned_amount = minus_first ? trim(amount.substr(1)) : amount;
    const std::string_view sign = take_currency(unsigned_amount);
    if (sign.empty()) return fit_amount(field, amount, value, rewritten);
    if (!is_currency(sign, field.format))
        return Fit::drop("other_currency", "the field holds another currency");
    // $1.234 is a thousand and more in some countries.
    const auto point = unsigned_amount.find('.');
    if (point != unsigned_amount.npos && unsigned_amount.rfind('.') == point &&
        unsigned_amount.size() - point == 4)
        return Fit::drop("two_readings",
                         "a point before three digits may group thousands: write amounts as 1234.50");
    if (!minus_first) return fit_amount(field, unsigned_amount, value, rewritten);
    if (unsigned_amount.starts_with('-')) return dropped_number(NumberProblem::not_a_number);
    std::string negative = "-";
    negative += unsigned_amount;
    return fit_amount(field, negative, value, rewritten);
}

Fit fit_boolean(const Target&, std::string_view value, std::string& rewritten) {
    const auto yes = read_boolean(value);
    if (!yes) return Fit::drop("not_a_boolean", "the field takes true or false, yes or no, t or f, 1 or 0");
    return sent_as(*yes ? "true" : "false", value, rewritten);
}

Fit fit_choice(const Target& field, std::string_view value, std::string& rewritten) {
    if (field.choices.empty()) return fit_text(field, value, rewritten);
    const std::string* choice = find_choice(field.choices, value);
    if (!choice)
        return Fit::drop("not_a_choice",
                         "the field takes exactly one of its choices: add it at Constant Contact");
    return sent_as(*choice, value, rewritten);
}

Fit fit_phone(const Target& field, std::string_view value, std::string& rewritten) {
    const std::string_view whole = trim(value);
    const auto extension = std::min(whole.find_first_of("xX"), whole.size());
    const auto number = read_us_phone(whole.substr(0, extension));
    if (!number)
        return Fit::drop("not_a_us_phone",
                         "an import takes numbers of the USA and Canada only and drops others: use a custom "
                         "field of type text");
    if (whole.size() > field.width)
        return Fit::drop("too_long", "the phone number is too long for its field and is never cut");
    if (!whole.starts_with('+')) return sent_as(whole, value, rewritten);
    rewritten.assign(view(*number));  // without what marks an international number
    if (extension < whole.size()) (rewritten += ' ') += whole.substr(extension);
    return {Fit::Kind::rewritten, {}, {}};
}

/// A number of one or two digits, or that part of a date.
Fit fit_part_of_birthday(std::string_view value, bool month, std::string& rewritten) {
    const auto day = read_birthday(value);
    unsigned part = day ? (month ? day->month : day->day) : 0;
    Decimal number;
    if (!day && read_number(value, number) == NumberProblem::none && number.decimals() == 0)
        for (const char digit : number.text_with(0))
            part = digit == '-' || part > 99 ? 100 : part * 10 + static_cast<unsigned>(digit - '0');
    if (part < 1 || part > (month ? 12 : 31))
        return month ? Fit::drop("not_a_month",
                                 "the field takes a month from 1 to 12, or a date such as "
                                 "1990-12-24")
                     : Fit::drop("not_a_day",
                                 "the field takes a day from 1 to 31, or a date such as 1990-12-24");
    std::array<char, 2> text{static_cast<char>('0' + part / 10), static_cast<char>('0' + part % 10)};
    return sent_as(view(text).substr(part < 10 ? 1 : 0), value, rewritten);
}

Fit fit_month(const Target&, std::string_view value, std::string& rewritten) {
    return fit_part_of_birthday(value, true, rewritten);
}

Fit fit_day(const Target&, std::string_view value, std::string& rewritten) {
    return fit_part_of_birthday(value, false, rewritten);
}

using FitFunction = Fit (*)(const Target&, std::string_view, std::string&);
struct TypeRule {
    std::string_view type;
    FitFunction fit;
};
constexpr TypeRule rules[] = {
    {"string", fit_text},          {"text_area", fit_text},
    {"date", fit_day_of_calendar}, {"datetime", fit_day_of_calendar},
    {"number", fit_number},        {"currency", fit_currency},
    {"boolean", fit_boolean},      {"single_select", fit_choice},
    {"multi_select", fit_choice},  {"phone", fit_phone},
    {"month", fit_month},          {"day", fit_day},
};

FitFunction rule_of(std::string_view type) {
    for (const TypeRule& rule : rules)
        if (rule.type == type) return rule.fit;
    return fit_text;
}

class ContactRules final : public ValueRules {
public:
    explicit ContactRules(std::vector<Field> fields) {
        for (Field& field : fields) {
            const std::size_t width = width_of(field.name);
            fields_.push_back(Target{std::move(field), width});
        }
        for (std::size_t i = 0; i < fields_.size(); ++i) {
            functions_.push_back(rule_of(fields_[i].type));
            if (fields_[i].type == "month") month_ = i;
            if (fields_[i].type == "day") day_ = i;
        }
    }

    Fit fit(std::size_t field, std::string_view value, std::string& rewritten) const override {
        return functions_[field](fields_[field], value, rewritten);
    }

    /// An import takes both parts of a birthday or neither: one alone costs the member.
    void fit_together(FieldValues& values, std::vector<DroppedValue>& dropped) const override {
        if (!month_ && !day_) return;
        const bool month = is_filled(month_, values), day = is_filled(day_, values);
        if (!month && !day) return;
        if (month && day) {
            if (exists(*values[*month_], *values[*day_])) return;
            values[*month_].reset();
            values[*day_].reset();
            dropped.push_back({*day_, "not_a_day", "there is no such day in that month"});
            return;
        }
        const std::size_t alone = month ? *month_ : *day_;
        values[alone].reset();
        dropped.push_back({alone, "incomplete_birthday", "a birthday needs both its month and its day"});
    }

private:
    static bool is_filled(const std::optional<std::size_t>& field, const FieldValues& values) {
        return field && values[*field] && !values[*field]->empty();
    }

    static bool exists(std::string_view month, std::string_view day) {
        std::array<char, 7> text{'-', '-', '0', '0', '-', '0', '0'};
        if (month.size() > 2 || day.size() > 2) return false;
        std::copy(month.begin(), month.end(), text.begin() + (month.size() == 2 ? 2 : 3));
        std::copy(day.begin(), day.end(), text.begin() + (day.size() == 2 ? 5 : 6));
        return read_birthday(view(text)).has_value();
    }

    std::vector<Target> fields_;
    std::vector<FitFunction> functions_;
    std::optional<std::size_t> month_, day_;
};

}  // namespace

std::unique_ptr<ValueRules> make_value_rules(std::vector<Field> fields) {
    return std::make_unique<ContactRules>(std::move(fields));
}

std::vector<std::string_view> types_with_rules() {
    std::vector<std::string_view> out;
    for (const TypeRule& rule : rules) out.push_back(rule.type);
    return out;
}

}  // namespace audienced::provider::constant_contact
