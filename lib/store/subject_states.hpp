// What people are told of, between two starts of the daemon.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/subject_state.hpp"
#include "store/database.hpp"

namespace audienced::store {

result<std::vector<model::SubjectState>> list_subject_states(Database&);
result<void> put_subject_state(Database&, const model::SubjectState&);
result<void> remove_subject_state(Database&, std::string_view subject);

/// By id.
result<std::vector<model::Telling>> list_tellings(Database&);
result<void> put_telling(Database&, const model::Telling&);
result<void> remove_telling(Database&, std::int64_t id);
/// 1 before the first telling.
result<std::int64_t> next_telling_id(Database&);
result<void> set_next_telling_id(Database&, std::int64_t);

/// A refresh begins: these exports, in place of those of the one before.
result<void> begin_round(Database&, const std::vector<model::RoundEntry>&);
result<std::vector<model::RoundEntry>> list_round(Database&);
/// The id of the newest run; 0: none.
result<model::RunId> newest_run(Database&);

}  // namespace audienced::store
