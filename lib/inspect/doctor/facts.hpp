// What doctor knows of the machine and of the daemon before it judges. Plain values: gather_*.cpp fills them,
// judge_*.cpp reads them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "model/connection.hpp"
#include "model/export.hpp"
#include "store/health.hpp"

namespace audienced::inspect::doctor {

struct FileFacts {
    std::string path;
    unsigned mode = 0;  // the nine bits of permissions
    std::string owner;
    bool is_own = true;  // it belongs to the user that the daemon runs as
    bool is_folder = false;
};

struct StateFacts {
    std::string folder;
    std::string user;              // that the daemon runs as
    std::optional<Error> closed;   // the folder cannot be read or written
    std::vector<FileFacts> files;  // the folder itself first
    bool has_master_key = true;    // a file, or a credential
    bool key_change_unfinished = false;
    std::optional<Error> key_fault;  // the file is not the key that the daemon works with
    bool has_database = true;
    std::string give_back;  // the command that gives the folder to `user`
};

struct DiskFacts {
    std::string folder;
    std::optional<Error> unknown;
    std::uint64_t free_bytes = 0, database_bytes = 0;
    std::uint64_t free_files = 0, all_files = 0;  // both 0: the file system does not count them
};

struct SourceFacts {
    std::string name;
    result<std::string> answer = std::string();  // of its test, one line
};

/// One https origin that connections call.
struct HostFacts {
    std::string host;
    std::vector<std::string> connections;
    std::optional<Error> failed;
    unsigned status = 0;
    std::optional<SysTime> date;  // of the answer, whole seconds
    SysTime asked, answered;      // by the own clock
};

struct ProxyFacts {
    std::string used;            // "proxy.example:3128"; empty: none
    std::string in_environment;  // the variable that names one, which the daemon does not read; empty: none
};

struct CertificateFacts {
    bool has_store = true;
    struct File {
        std::string path, named_by;  // "the connection shop"
        std::optional<Error> closed;
        std::size_t certificates = 0;
    };
    std::vector<File> files;  // of --ca-file and the like
};

struct ZoneFacts {
    std::string version;           // of the zone data: "2025b"; empty: not told
    std::optional<SysTime> since;  // when its file was written
    struct Zone {
        std::string name;
        std::vector<std::string> used_by;
        std::optional<Error> unknown;
    };
    std::vector<Zone> zones;
};

struct ScheduleFacts {
    struct Line {
        std::string key;  // "refresh", "export:NAME"
        std::optional<SysTime> next;
        std::string error;
    };
    bool refresh_is_set = false;
    std::vector<Line> lines;  // of schedules that are on
    std::vector<model::Export> exports;
};

/// Of the configuration, compared with the machine.
struct ConfigurationFacts {
    struct Finding {
        std::string setting, text;
        bool is_fault = true;
    };
    std::string file;
    std::vector<Finding> findings;
};

struct DatabaseFacts {
    std::string file;
    bool full = false;  // every page and index was read
    result<store::Health> health = store::Health();
    bool head_is_behind = false;  // the file beside the database has an older row than the newest
};

/// The journal of forgets, and what a restore did not know of them.
struct ForgetFacts {
    std::string file;
    std::optional<Error> unread;
    bool is_begun = true;
    std::size_t damaged = 0;           // lines
    std::optional<SysTime> to_repeat;  // forgets from then on, before held runs are approved
};

struct Facts {
    StateFacts state;
    DiskFacts disk;
    DatabaseFacts database;
    ForgetFacts forgets;
    ConfigurationFacts configuration;
    ZoneFacts zones;
    CertificateFacts certificates;
    ProxyFacts proxy;
    std::vector<HostFacts> hosts;
    std::vector<SourceFacts> sources;
    std::vector<model::Connection> connections;
    ScheduleFacts schedules;
    SysTime now, started_at;
};

}  // namespace audienced::inspect::doctor
