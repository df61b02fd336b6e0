#include "provider/types.hpp"

namespace audienced::provider {

std::optional<model::OptOutReason> opt_out_of(ContactStatus::State state) noexcept {
    using State = ContactStatus::State;
    using Reason = model::OptOutReason;
    switch (state) {
        case State::mailable:
            return std::nullopt;
        case State::unsubscribed:
            return Reason::unsubscribed;
        case State::cleaned:
            return Reason::cleaned;
        case State::pending:
            return Reason::pending;
        case State::archived:
            return Reason::archived;
        case State::deleted:
            return Reason::deleted;
        case State::on_hold:
            return Reason::on_hold;
    }
    return Reason::unspecified;  // no such state
}

const Field* find_field(const Destination& destination, std::string_view name) noexcept {
    for (const Field& field : destination.fields)
        if (field.name == name) return &field;
    return nullptr;
}

}  // namespace audienced::provider
