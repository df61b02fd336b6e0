#include "run/try_ending.hpp"

#include <algorithm>

#include "store/contacts.hpp"
#include "store/opt_outs.hpp"

namespace audienced::run {
namespace {

std::string words_of(const store::OptOut& opt_out) {
    std::string word = model::to_string(opt_out.reason);
    std::replace(word.begin(), word.end(), '_', ' ');
    return word + ", known since " + to_iso8601(opt_out.since).substr(0, 10);
}

/// Of the member, and of the address that its contact has now or had before.
result<std::string> why_not_touched(store::Database& db, model::DestinationId destination,
                                    const MemberHash& member) {
    std::vector<MemberHash> all{member};
    auto from = store::find_moved_here(db, destination, member);
    if (!from) return from.error();
    if (*from) all.push_back(**from);
    auto contact = store::peek_contact(db, destination, member);
    if (!contact) return contact.error();
    if (*contact && (**contact).moved_to) all.push_back(*(**contact).moved_to);
    std::string out;
    for (const MemberHash& one : all) {
        auto reasons = store::opt_outs_of(db, destination, one);
        if (!reasons) return reasons.error();
        for (const store::OptOut& o : *reasons) out += (out.empty() ? "" : "; ") + words_of(o);
    }
    return out.empty()
               ? std::string("it is a contact that is not on the list, and --existing says to leave it")
               : out;
}

}  // namespace

awaitable<result<Ending>> ending_of_try(Environment& env, const RunDefinition& definition, model::Run run,
                                        Ending ended) {
    using model::TryOutcome;
    const model::Counts& counts = run.counts;
    ended.tried = counts.rejected + counts.invalid > 0 ? TryOutcome::rejected
                  : counts.suppressed > 0              ? TryOutcome::opted_out
                                                       : TryOutcome::delivered;
    if (ended.tried != TryOutcome::opted_out) co_return ended;
    const auto ask = [&](store::Database& db, const vault::Vault&) {
        return why_not_touched(db, definition.destination, *run.options.only_member);
    };
    auto why = co_await env.store->run(ask);
    if (!why) co_return why.error();
    ended.status = model::RunStatus::skipped;
    ended.reason = "the contact must not be touched, so nothing was sent: " + *why;
    co_return ended;
}

}  // namespace audienced::run
