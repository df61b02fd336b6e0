#include "provider/fits.hpp"

namespace audienced::provider {

Fit sent_as(std::string_view text, std::string_view value, std::string& rewritten) {
    return text == value ? Fit{} : Fit::rewrite(rewritten, text);
}

Fit fit_date(std::string_view value, std::string& rewritten) {
    const auto day = read_day(value);
    if (!day) return Fit::drop("not_a_date", "the field takes dates with the year first, such as 2024-01-31");
    const auto iso = day->iso();
    return sent_as(view(iso), value, rewritten);
}

Fit dropped_number(NumberProblem problem) {
    if (problem == NumberProblem::two_readings)
        return Fit::drop("two_readings",
                         "a comma may be a decimal sign or group thousands: write numbers as 1234.50");
    if (problem == NumberProblem::too_large)
        return Fit::drop("number_too_large",
                         "a number has at most 15 digits before the point: use a text field");
    return Fit::drop("not_a_number", "the field takes numbers such as 1234.50");
}

}  // namespace audienced::provider
