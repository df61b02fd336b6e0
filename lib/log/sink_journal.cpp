#define SD_JOURNAL_SUPPRESS_LOCATION  // CODE_FILE and CODE_LINE would name this file for every event
#include <sys/uio.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include "log/render.hpp"
#include "log/sink.hpp"

namespace audienced::log {
namespace {

struct JournalSink final : Sink {
    std::unique_ptr<Sink> otherwise = make_text_sink(STDERR_FILENO, Prefix::priority);
    bool write(const Event& event, SysTime at) override {
        std::vector<std::string> fields = journal_fields(event);
        std::vector<iovec> parts;
        parts.reserve(fields.size());
        for (std::string& field : fields) parts.push_back(iovec{field.data(), field.size()});
        if (sd_journal_sendv(parts.data(), static_cast<int>(parts.size())) >= 0) return true;
        return otherwise->write(event, at);
    }
};

}  // namespace

std::unique_ptr<Sink> make_journal_sink() {
    return std::make_unique<JournalSink>();
}

}  // namespace audienced::log
