// Where a writer thread puts events: the journal, or a descriptor as text or JSON lines.
#pragma once

#include <memory>

#include "base/clock.hpp"
#include "log/event.hpp"

namespace audienced::log {

class Sink {
public:
    virtual ~Sink() = default;
    /// May block: called by the writer thread alone. False: the event could not be written.
    virtual bool write(const Event&, SysTime at) = 0;
};

enum class Format {
    automatic,  // the journal if standard error leads there, else text
    journal,    // the journal if it is there, else text
    text,       // a line each
    json,       // a JSON object a line
};
const char* to_string(Format) noexcept;
std::optional<Format> format(std::string_view) noexcept;

/// Is standard error the stream that journald gave to this service?
bool stderr_leads_to_journal();

/// Picks by format and by what is found (the journal's socket, JOURNAL_STREAM); text gets "<N>" priority
/// prefixes in place of times when standard error leads to the journal.
std::unique_ptr<Sink> make_sink(Format);

std::unique_ptr<Sink> make_journal_sink();
enum class Prefix { time, priority };
/// `fd` is not closed. Never raises SIGPIPE in a thread that blocks it.
std::unique_ptr<Sink> make_text_sink(int fd, Prefix);
std::unique_ptr<Sink> make_json_sink(int fd);

}  // namespace audienced::log
