// Sources as runs and previews use them: opened with their secrets, used on a reader thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "run/drafts.hpp"
#include "run/environment.hpp"
#include "run/planning/planning.hpp"
#include "source/registry.hpp"

namespace audienced::run {

struct OpenedSource {
    std::unique_ptr<source::Secrets> secrets;  // null where the source has them itself
    std::unique_ptr<source::Source> source;
    model::Segment segment;  // empty for open_source()
};

/// The source need not be stored; its secrets are looked up by its name. Errors: usage.
awaitable<result<OpenedSource>> open_source(Environment& env, model::Source source);
/// The segment need not be stored; its source is, or is one of `drafts`. Errors: not_found.
awaitable<result<OpenedSource>> open_segment(Environment& env, model::Segment segment,
                                             DraftsPtr drafts = nullptr);

struct OpenSources {
    std::vector<OpenedSource> opened;
    std::vector<OpenSegment> segments;
};
/// Segments by name, in this order. Errors: not_found.
awaitable<result<OpenSources>> open_sources(Environment& env, std::vector<std::string> segment_names,
                                            DraftsPtr drafts = nullptr);

}  // namespace audienced::run
