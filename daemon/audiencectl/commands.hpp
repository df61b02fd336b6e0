// The nouns of the command line, one file each: each declares its options and what to do when it is
// chosen.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "shell.hpp"

namespace CLI {
class App;
}

namespace audienced::ctl {

/// Which command was declared to do what.
class Commands {
public:
    using Run = std::function<int(const Shell&)>;
    explicit Commands(CLI::App& app) : app_(app) {}
    CLI::App& app() { return app_; }
    /// A noun with verbs of its own: "source".
    CLI::App* noun(const std::string& name, const std::string& about);
    /// A verb under `parent`, or a command by itself.
    CLI::App* add(CLI::App* parent, const std::string& name, const std::string& about, Run run);
    /// A verb with a required NAME.
    CLI::App* add_named(CLI::App* parent, const std::string& name, const std::string& about,
                        std::function<int(const Shell&, const std::string& name)> run);
    /// The one that was parsed, and what it does.
    const Run* chosen() const;

private:
    CLI::App& app_;
    std::vector<std::pair<CLI::App*, Run>> all_;
};

void add_status(Commands&);
void add_check(Commands&);
void add_source(Commands&);
void add_segment(Commands&);
void add_connection(Commands&);
void add_connection_sign_in(Commands&, CLI::App* connection);
void add_connection_destinations(Commands&, CLI::App* connection);
void add_export(Commands&);
void add_run(Commands&);
void add_runs(Commands&);
void add_schedule(Commands&);
void add_apply(Commands&);
void add_audit(Commands&);
void add_doctor(Commands&);
void add_keys(Commands&);
void add_backup(Commands&);
void add_forget(Commands&);
void add_completion(Commands&);

}  // namespace audienced::ctl
