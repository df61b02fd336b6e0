#include "inspect/verify/report.hpp"

#include <algorithm>

namespace audienced::inspect {

const char* to_string(Drift kind) noexcept {
    switch (kind) {
        case Drift::missing:
            return "missing";
        case Drift::extra:
            return "extra";
        case Drift::extra_former:
            return "extra_former";
        case Drift::opted_out_there:
            return "opted_out_there";
        case Drift::mailable_there:
            return "mailable_there";
        case Drift::address_changed:
            return "address_changed";
        case Drift::group_gone:
            return "group_gone";
        case Drift::value:
            return "value";
        case Drift::forgotten:
            return "forgotten";
    }
    return "missing";
}

std::string words_of(Drift kind) {
    switch (kind) {
        case Drift::missing:
            return "put in by audienced, and not there";
        case Drift::extra:
            return "there, and audienced knows nothing of it: given by others";
        case Drift::extra_former:
            return "there, though remembered as taken out or never put in";
        case Drift::opted_out_there:
            return "must not be mailed there, and no opt-out is known here";
        case Drift::mailable_there:
            return "may be mailed there, and an opt-out is known here";
        case Drift::address_changed:
            return "the contact has another address there";
        case Drift::group_gone:
            return "the tag is gone at the provider";
        case Drift::value:
            return "a value there is not the one that was sent";
        case Drift::forgotten:
            return "there, and erased here on request: no difference";
    }
    return {};
}

std::string mend_for(Drift kind, bool is_list, const std::string& name) {
    const std::string run = "audiencectl run " + name;
    switch (kind) {
        case Drift::missing:
            return is_list ? "no command: a contact that may have left the list is not put back. `" + run +
                                 "` learns who left"
                           : "`" + run + " --full` puts the tag back";
        case Drift::extra:
        case Drift::extra_former:
            return "nothing is needed: what audienced did not give is never taken away";
        case Drift::opted_out_there:
            return "nothing is needed: the next run learns it before it sends; `" + run + "` does so now";
        case Drift::mailable_there:
            return "`" + run + "` learns it";
        case Drift::address_changed:
            return "`" + run + "` learns the address; put the new one into the source";
        case Drift::group_gone:
            return "`" + run + "` makes the tag again and puts its members in";
        case Drift::value:
            return "`" + run +
                   " --full` sends all values again; what staff changed on purpose belongs into the source";
        case Drift::forgotten:
            return "no command: audienced deletes no contact, so a person deletes it at the provider";
    }
    return {};
}

std::uint64_t Verification::total() const {
    std::uint64_t sum = 0;
    for (const DriftReport& one : drifts) sum += one.count;
    return sum - of(Drift::forgotten).count;  // nothing here can mend it, and a forget knows of it
}

bool Verification::has_list() const {
    return std::any_of(groups.begin(), groups.end(), [](const GroupReport& g) { return g.is_list; });
}

}  // namespace audienced::inspect
