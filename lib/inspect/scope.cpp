#include "inspect/scope.hpp"

namespace audienced::inspect {

Scope touched(const model::Export& before, const model::Export& after) {
    const bool segments = before.segments != after.segments;
    const bool fields = before.fields != after.fields;
    Scope out;
    out.source = segments || fields || before.email != after.email || before.key != after.key;
    // A segment's title becomes a tag, so segments matter there too.
    out.destination = segments || fields || before.destination != after.destination ||
                      before.connection != after.connection || before.mode != after.mode ||
                      before.existing != after.existing || before.create_fields != after.create_fields ||
                      before.tag_segments != after.tag_segments || before.clear_empty != after.clear_empty;
    return out;
}

}  // namespace audienced::inspect
