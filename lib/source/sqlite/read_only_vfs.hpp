// SQLite's way to the file system without the parts that create, change or delete.
#pragma once

namespace audienced::source::sqlite {

/// The name to open databases with. A database that is opened with it is never written to, and no file
/// appears or vanishes beside it, whatever SQLite thinks of its state. (Temporary files of large sorts are
/// made elsewhere.)
///
/// With the URI parameter `without_index=1` a database in WAL mode is read without its -shm file: the index
/// of the log is made in memory, and nothing keeps other programs from changing what is read.
const char* read_only_vfs();

}  // namespace audienced::source::sqlite
