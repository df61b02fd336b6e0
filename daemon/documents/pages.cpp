#include "pages.hpp"

#include "command_line/man_page.hpp"
#include "config/settings.hpp"
#include "exit_status.hpp"

namespace audienced::documents {
using namespace command_line;

namespace {

std::string exit_status_part(const std::vector<ExitStatus>& all) {
    std::string out;
    for (const auto& [code, meaning] : all) out += roff_item(std::to_string(code), meaning);
    return out;
}

ManPage new_page(const std::string& name, const std::string& section, const std::string& about) {
    ManPage page;
    page.name = name;
    page.section = section;
    page.version = AUDIENCED_VERSION;
    page.date = AUDIENCED_DATE;
    page.about = about;
    return page;
}

std::string see_also(const std::string& pages) {
    return ".PP\n" + pages + "\n";
}

const char* applied(config::Applied applied) {
    return applied == config::Applied::by_reload ? "Applied by a reload." : "Applied by a restart.";
}

}  // namespace

std::string page_of_ctl(const CommandTable& table) {
    auto page = new_page("audiencectl", "1", "keep audiences and lists in step with customer segments");
    page.parts.emplace_back(
        "Synopsis",
        roff_paragraph("`audiencectl` COMMAND [ARGUMENT]... [OPTION]... [--socket PATH] [--json]"));
    page.parts.emplace_back(
        "Description",
        roff_paragraph(
            "`audiencectl` tells the daemon `audienced` over its control socket which customer segments "
            "feed which Mailchimp audience or Constant Contact list, starts runs, and shows what they did.") +
            roff_paragraph(
                "A NAME consists of a-z, 0-9, _ and -, begins with a letter or digit and has at most 64 "
                "bytes. A file argument of - is standard input; secrets are read from files only. A refused "
                "command changes nothing."));
    for (const std::string& section : sections_of(table))
        page.parts.emplace_back(section, roff_commands(table, section));
    page.parts.emplace_back("Options of every command", roff_options(table.everywhere));
    page.parts.emplace_back("Exit status", exit_status_part(exit_status_of_ctl()));
    page.parts.emplace_back("Files", roff_item("/run/audienced/control.sock", "the control socket"));
    page.parts.emplace_back(
        "Examples",
        roff_paragraph("From a database to a Mailchimp audience, every night:") + ".PP\n" +
            roff_example(
                "audiencectl source add crm --sqlite /srv/crm/customers.db\n"
                "audiencectl segment add active --source crm --table active_customers\n"
                "audiencectl connection add shop --provider mailchimp --consent --api-key-file ./key\n"
                "audiencectl export add active-to-shop --connection shop --segment active \\\n"
                "    --destination AUDIENCE_ID --email email --map first_name=first_name\n"
                "audiencectl export preview active-to-shop\n"
                "audiencectl schedule set \"daily 02:00\" --timezone Europe/Berlin"));
    page.parts.emplace_back("See also", see_also(".BR audienced (8),\n.BR audienced.toml (5)"));
    return print_man_page(page);
}

std::string page_of_daemon(const CommandTable& table) {
    auto page = new_page("audienced", "8", "keep audiences and lists in step with customer segments");
    CommandRow alone;
    alone.options = table.everywhere;
    page.parts.emplace_back("Synopsis", roff_example(synopsis(table, alone, 70, 4)));
    page.parts.emplace_back(
        "Description",
        roff_paragraph(
            "`audienced` reads segments of customers from SQLite, PostgreSQL, CSV files, Common Data Model "
            "folders or Customer Insights, and keeps Mailchimp audiences and Constant Contact lists in step "
            "with them. It sends only what changed, and removes only the memberships that it gave itself. "
            "It is run by systemd and controlled with `audiencectl`."));
    page.parts.emplace_back("Options", roff_options(table.everywhere));
    page.parts.emplace_back("Signals",
                            roff_item("SIGTERM",
                                      "stop: runs are brought to a checkpoint within drain_timeout, "
                                      "and continue at the next start. A second one ends at once") +
                                roff_item("SIGHUP", "read the configuration again"));
    page.parts.emplace_back("Exit status", exit_status_part(exit_status_of_daemon()));
    page.parts.emplace_back("Files",
                            roff_item("/etc/audienced/audienced.toml", "the configuration") +
                                roff_item("/var/lib/audienced", "the database, the keys and the spool") +
                                roff_item("/run/audienced/control.sock", "the control socket"));
    page.parts.emplace_back("See also",
                            see_also(".BR audiencectl (1),\n.BR audienced.toml (5),\n.BR journalctl (1)"));
    return print_man_page(page);
}

std::string page_of_settings() {
    auto page = new_page("audienced.toml", "5", "settings of audienced");
    page.parts.emplace_back(
        "Description", roff_paragraph("TOML. Every setting has a default, so an empty file is valid. A "
                                      "setting that is not listed here, "
                                      "a wrong type or a value out of bounds is refused with its line. "
                                      "`audienced --check-config` reads the file and reports its errors; "
                                      "`systemctl reload audienced` applies what a reload can apply. A "
                                      "duration is a text with a number "
                                      "and s, m or h: \"30s\", \"5m\", \"1h\"."));
    std::string table, text;
    const auto end_table = [&] {
        if (!text.empty())
            page.parts.emplace_back(table.empty() ? "Settings" : "Settings of [" + table + "]", text);
        text.clear();
    };
    for (const auto& setting : config::settings()) {
        if (config::table_of(setting) != table) {
            end_table();
            table = config::table_of(setting);
        }
        const std::string otherwise = config::default_of(setting);
        text +=
            roff_item(std::string(config::key_of(setting)) + (otherwise.empty() ? "" : " = " + otherwise),
                      config::allowed(setting.value) + ": " + setting.help + ". " + applied(setting.applied));
    }
    end_table();
    page.parts.emplace_back("Files",
                            roff_item("/etc/audienced/audienced.toml", "read at the start and by a reload"));
    page.parts.emplace_back("See also", see_also(".BR audienced (8),\n.BR audiencectl (1)"));
    return print_man_page(page);
}

}  // namespace audienced::documents
