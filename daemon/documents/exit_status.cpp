#include "exit_status.hpp"

namespace audienced::documents {

const std::vector<ExitStatus>& exit_status_of_ctl() {
    static const std::vector<ExitStatus> all{
        {0, "done; with `--follow`: the run succeeded, or completed with rejects"},
        {1,
         "the command or the run failed (the provider refused, the source could not be read ...), or the run "
         "was cancelled"},
        {2,
         "usage: an invalid option, name or calendar, a query that is not a SELECT, an address that is not "
         "https"},
        {3,
         "the daemon cannot be reached, closed the connection before it answered, or did not answer in time"},
        {4, "the role of your user does not allow it"},
        {5, "no such source, segment, column, audience, run ..."},
        {6,
         "refused in this state: it already exists, is in use, has no consent, is disabled, is not held ..."},
        {7,
         "the run was skipped, or is held and waits for approval; `diff` or `export verify` found "
         "differences"},
    };
    return all;
}

const std::vector<ExitStatus>& exit_status_of_daemon() {
    static const std::vector<ExitStatus> all{
        {0, "stopped"},
        {2, "an invalid option on the command line"},
        {65, "at its start the daemon found the database damaged; nothing was deleted"},
        {70, "a bug"},
        {74,
         "at its start the disk was full, or a read or write failed; the next start reads the stored state"},
        {75, "another daemon uses the state directory"},
        {78,
         "the configuration is invalid; the state directory or a file in it (database, lock, key) belongs to "
         "another user, has the wrong mode, or cannot be opened or written; or the database belongs to a "
         "newer "
         "version or another program"},
    };
    return all;
}

}  // namespace audienced::documents
