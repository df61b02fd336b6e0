// What is stored of what people are told.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/subject_state.hpp"

namespace audienced::notify {

struct Book {
    std::map<std::string, model::SubjectState> subject_states;  // by subject
    std::map<std::int64_t, model::Telling> tellings;            // by id, the order in which they were made
    std::vector<model::RoundEntry> round;                       // empty: no refresh is awaited
    std::int64_t next_id = 1;
};

}  // namespace audienced::notify
