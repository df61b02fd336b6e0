// What becomes of the values of a profile at the fields of a destination. Pure: asked for each row while
// planning, so that a preview shows what a run sends.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace audienced::provider {

/// What a field makes of one value.
struct Fit {
    enum class Kind : std::uint8_t {
        as_is,      // the value is sent as the source has it
        rewritten,  // sent in the form that the field takes: a date without its time, a text cut to its
                    // length
        dropped,    // the field cannot hold it: left out, and named among the rejects
    };
    Kind kind = Kind::as_is;
    /// Of dropped; both static. A short word for the rejects ("not_a_date"), and a sentence for people that
    /// does not show the value: "the field takes dates such as 2024-01-31".
    std::string_view code, why;

    static Fit drop(std::string_view code, std::string_view why) { return {Kind::dropped, code, why}; }
    /// The value, as it is to be sent instead.
    static Fit rewrite(std::string& rewritten, std::string_view text) {
        rewritten.assign(text);
        return {Kind::rewritten, {}, {}};
    }
};

/// One per mapped field, in the mapping's order; nullopt: not sent.
using FieldValues = std::vector<std::optional<std::string_view>>;

/// A value that is left out.
struct DroppedValue {
    std::size_t field;           // index in the mapping
    std::string_view code, why;  // static, as in Fit
};

/// The fields of one export, in the mapping's order. Used by one thread at a time.
class ValueRules {
public:
    virtual ~ValueRules() = default;
    /// `field`: index in the mapping. `value`: UTF-8, not empty. Of Kind::rewritten the new text is in
    /// `rewritten`, which is left alone otherwise.
    virtual Fit fit(std::size_t field, std::string_view value, std::string& rewritten) const = 0;
    /// What the fitted values of one profile mean together: the parts of an address that lacks one are reset,
    /// and the address named.
    virtual void fit_together(FieldValues&, std::vector<DroppedValue>&) const {}
};

/// Puts every value of a profile into the form that its field takes; what a field cannot hold is reset and
/// added to `dropped`. `values` may point into `rewritten` (one per field) afterwards.
void fit_values(const ValueRules& rules, FieldValues& values, std::vector<std::string>& rewritten,
                std::vector<DroppedValue>& dropped);

}  // namespace audienced::provider
