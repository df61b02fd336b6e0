// A database file and what SQLite keeps beside it; how it can be read without touching any of that.
#pragma once

#include <string>

#include "base/error.hpp"

namespace audienced::source::sqlite {

enum class Way {
    shared_lock,   // not in WAL mode: SQLite's lock keeps writers away as long as it is read
    read_mark,     // WAL mode, -wal and -shm are there: a mark in the -shm keeps what is read
    log_alone,     // WAL mode, a -wal without -shm: read with an index of our own; nothing keeps writers away
    as_it_stands,  // WAL mode, closed by its application: the file is complete; nothing keeps writers away
};

/// Is it read without anything that keeps other programs from changing it? Then stamps tell.
inline bool is_unguarded(Way way) {
    return way == Way::log_alone || way == Way::as_it_stands;
}

class Files {
public:
    /// Errors: not_ready (not there, not readable, no file, empty).
    static result<Files> find(const std::string& name);

    /// The file itself, if the name is a link: SQLite keeps the others beside it.
    const std::string& path() const { return path_; }
    std::string log() const { return path_ + "-wal"; }
    std::string index() const { return path_ + "-shm"; }
    std::string journal() const { return path_ + "-journal"; }

    /// By what is there now. Errors: not_ready, if that cannot be told.
    result<Way> way(bool is_wal_mode) const;
    struct Stamps {
        std::string file, log;  // equal stamps mean the same content
        bool operator==(const Stamps&) const = default;
    };
    Stamps stamps() const;
    /// Does the name still lead to the file that find() found?
    bool is_same_file() const;
    /// So long ago was the file or its log changed that another change would get another stamp.
    bool is_quiet() const;

private:
    std::string name_, path_, identity_;
};

}  // namespace audienced::source::sqlite
