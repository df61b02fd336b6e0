// The word that stands for the kind of a batch in batches, intents and acts.
#pragma once

#include "model/batch.hpp"
#include "store/query.hpp"

namespace audienced::store {

inline std::string_view word_of(model::BatchKind kind) {
    return kind == model::BatchKind::upsert ? "upsert" : "membership";
}
/// Errors: store_corrupt, another word; `column` names it.
inline result<void> read_kind(const Statement& s, int index, const char* column, model::BatchKind& kind) {
    const std::string_view word = s.blob_view(index);
    if (word != "upsert" && word != "membership") return unknown_word(column);
    kind = word == "upsert" ? model::BatchKind::upsert : model::BatchKind::membership;
    return {};
}

}  // namespace audienced::store
