// audience-sandbox: stands in for Mailchimp, Constant Contact and Customer Insights in tests and in the demo.
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>

#include "server/listen.hpp"

namespace {

constexpr const char* usage =
    "usage: audience-sandbox --dir DIR [--port N] [--ready-file FILE] [--cert-host NAME] [--cert-expired]\n";

/// false when the arguments are not understood.
bool read_arguments(int argc, char** argv, audienced::sandbox::Options& options) {
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        if (argument == "--cert-expired") {
            options.identity.expired = true;
            continue;
        }
        if (i + 1 >= argc) return false;
        const std::string value = argv[++i];
        if (argument == "--dir")
            options.dir = value;
        else if (argument == "--ready-file")
            options.ready_file = value;
        else if (argument == "--cert-host")
            options.identity.host = value;
        else if (argument == "--port")
            options.port = static_cast<std::uint16_t>(std::strtoul(value.c_str(), nullptr, 10));
        else
            return false;
    }
    return !options.dir.empty();
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    audienced::sandbox::Options options;
    if (!read_arguments(argc, argv, options)) {
        std::cerr << usage;
        return 2;
    }
    try {
        const auto ended = audienced::sandbox::run_server(options);
        if (ended) return 0;
        std::cerr << "audience-sandbox: " << ended.error().text() << "\n";
    } catch (const std::exception& e) {
        std::cerr << "audience-sandbox: " << e.what() << "\n";
    }
    return 1;
}
