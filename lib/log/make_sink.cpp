#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "log/sink.hpp"

namespace audienced::log {
namespace {

/// sd_journal_send reports success even without a listener, so check for the socket first.
bool journal_is_there() {
    struct stat found {};
    return ::stat("/run/systemd/journal/socket", &found) == 0 && S_ISSOCK(found.st_mode);
}

}  // namespace

// JOURNAL_STREAM is inherited; it is true only while standard error is still that very stream.
bool stderr_leads_to_journal() {
    const char* stream = std::getenv("JOURNAL_STREAM");
    unsigned long long device = 0, inode = 0;
    if (stream == nullptr || std::sscanf(stream, "%llu:%llu", &device, &inode) != 2) return false;
    struct stat actual {};
    return ::fstat(STDERR_FILENO, &actual) == 0 && actual.st_dev == device && actual.st_ino == inode;
}

const char* to_string(Format value) noexcept {
    switch (value) {
        case Format::automatic:
            return "auto";
        case Format::journal:
            return "journal";
        case Format::text:
            return "text";
        case Format::json:
            return "json";
    }
    return "auto";
}

std::optional<Format> format(std::string_view name) noexcept {
    for (const Format f : {Format::automatic, Format::journal, Format::text, Format::json})
        if (name == to_string(f)) return f;
    return std::nullopt;
}

std::unique_ptr<Sink> make_sink(Format wanted) {
    const bool attached = stderr_leads_to_journal();
    if (wanted == Format::json) return make_json_sink(STDERR_FILENO);
    if ((wanted == Format::journal || (wanted == Format::automatic && attached)) && journal_is_there())
        return make_journal_sink();
    return make_text_sink(STDERR_FILENO, attached ? Prefix::priority : Prefix::time);
}

}  // namespace audienced::log
