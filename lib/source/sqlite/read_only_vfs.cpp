#include "source/sqlite/read_only_vfs.hpp"

#include <sqlite3.h>

#include <mutex>

namespace audienced::source::sqlite {
namespace {

sqlite3_vfs* system_vfs = nullptr;
sqlite3_vfs ours;
sqlite3_io_methods without_index;  // as the system's, but for the shared memory

/// SQLite then reads the log itself and keeps the index in its own memory (since 3.22, for logs on media that
/// cannot be written).
int no_index(sqlite3_file*, int, int, int, void volatile** page) {
    *page = nullptr;
    return SQLITE_READONLY_CANTINIT;
}
int no_lock(sqlite3_file*, int, int, int) {
    return SQLITE_OK;
}
void no_barrier(sqlite3_file*) {}
int no_unmap(sqlite3_file*, int) {
    return SQLITE_OK;
}

void take_index_away(sqlite3_file* file) {
    static std::once_flag made;
    std::call_once(made, [&] {
        without_index = *file->pMethods;
        without_index.xShmMap = no_index;
        without_index.xShmLock = no_lock;
        without_index.xShmBarrier = no_barrier;
        without_index.xShmUnmap = no_unmap;
    });
    file->pMethods = &without_index;
}

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* given) {
    constexpr int beside_the_database =
        SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL;
    if (flags & beside_the_database)  // SQLite asks for a -wal to be created even for a reader
        flags = (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) | SQLITE_OPEN_READONLY;
    const int code = system_vfs->xOpen(system_vfs, name, file, flags, given);
    if (code == SQLITE_OK && (flags & SQLITE_OPEN_MAIN_DB) && sqlite3_uri_boolean(name, "without_index", 0))
        take_index_away(file);
    return code;
}

int remove(sqlite3_vfs*, const char*, int) {
    return SQLITE_IOERR_DELETE;
}

}  // namespace

const char* read_only_vfs() {
    static const char* const name = [] {
        system_vfs = sqlite3_vfs_find(nullptr);
        ours = *system_vfs;
        ours.zName = "audienced-read-only";
        ours.xOpen = open;
        ours.xDelete = remove;
        sqlite3_vfs_register(&ours, 0);
        return ours.zName;
    }();
    return name;
}

}  // namespace audienced::source::sqlite
