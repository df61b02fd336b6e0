#!/usr/bin/env python3
"""Every lint goes red on a planted violation, and stays silent on the preferred form. What looks at whole files, and
at where they lie, is tested in tree_lint_test.py."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import check_blocking  # noqa: E402
import check_commands  # noqa: E402
import check_coroutines  # noqa: E402
import check_docs  # noqa: E402
import check_includes  # noqa: E402
import check_sizes  # noqa: E402
import check_vendor_headers  # noqa: E402
import check_words  # noqa: E402
from planted import Planted  # noqa: E402


class Includes(Planted):
    HEADERS = {f"lib/{name}": "" for name in (
        "base/error.hpp", "model/run.hpp", "plan/diff.hpp", "aio/time.hpp", "http/client.hpp", "http/message.hpp",
        "http/beast/client.hpp", "source/source.hpp", "source/csv/reader.hpp", "provider/provider.hpp",
        "provider/mailchimp/requests.hpp", "provider/constant_contact/requests.hpp", "source/delimited/rows.hpp", "store/store.hpp", "run/runner.hpp")}
    HEADERS |= {"lib/source/sources.def": "AUDIENCED_SOURCE(csv)\nAUDIENCED_SOURCE(sqlite)\n",
                "lib/provider/providers.def": "AUDIENCED_PROVIDER(mailchimp)\nAUDIENCED_PROVIDER(constant_contact)\n"}

    def tree(self, path, *lines):
        return self.HEADERS | {path: "\n".join(lines) + "\n"}

    def test_upwards(self):
        self.red(check_includes, self.tree("lib/base/x.cpp", '#include "model/run.hpp"'), "base (rank 0) may not")
        self.red(check_includes, self.tree("lib/store/x.cpp", '#include "run/runner.hpp"'), "store (rank 5) may not")

    def test_equal_ranks(self):
        self.red(check_includes, self.tree("lib/source/x.cpp", '#include "provider/provider.hpp"'), "source")

    def test_a_provider_sees_no_store(self):
        self.red(check_includes, self.tree("lib/provider/x.cpp", '#include "store/store.hpp"'), "provider")

    def test_adapters_do_not_see_each_other(self):
        self.red(check_includes, self.tree("lib/provider/mailchimp/x.cpp", '#include "provider/constant_contact/requests.hpp"'), "is an adapter")
        self.red(check_includes, self.tree("lib/run/x.cpp", '#include "source/csv/reader.hpp"'), "is an adapter")
        self.red(check_includes, self.tree("lib/provider/api.cpp", '#include "http/beast/client.hpp"'), "is an adapter")

    def test_pure_files(self):
        self.red(check_includes, self.tree("lib/plan/x.cpp", "#include <boost/asio/post.hpp>"), "a pure file includes")
        self.red(check_includes, self.tree("lib/schedule/planner.cpp", '#include "aio/time.hpp"'), "a pure file includes")
        self.red(check_includes, self.tree("lib/plan/x.cpp", "auto t = std::chrono::system_clock::now();"), "system_clock::now")

    def test_the_wire_is_pure(self):
        wire = "lib/provider/mailchimp/wire/x.cpp"
        headers = {"lib/provider/provider.hpp": "#include <boost/asio/awaitable.hpp>\n",
                   "lib/provider/call.hpp": '#include "http/message.hpp"\n'}
        for line in ("#include <boost/asio/post.hpp>", '#include "aio/time.hpp"', '#include "http/client.hpp"',
                     '#include "provider/provider.hpp"'):
            with self.subTest(line):
                self.red(check_includes, self.tree(wire, line) | headers, "a pure file includes")
                self.green(check_includes, self.tree("lib/provider/mailchimp/x.cpp", line) | headers)
        self.green(check_includes, self.tree(wire, '#include "provider/call.hpp"', '#include "http/message.hpp"') | headers)

    def test_nothing_of_daemon_or_tests(self):
        self.red(check_includes, self.tree("lib/run/x.cpp", '#include "tests/support/fake_time.hpp"'), "nothing of")
        self.red(check_includes, self.tree("tests/unit/run/x.cpp", '#include "daemon/audienced/app.hpp"'), "nothing of")

    def test_the_sandbox_is_a_second_reading(self):
        self.red(check_includes, self.tree("tests/sandbox/x.cpp", '#include "provider/mailchimp/requests.hpp"'), "second reading")

    def test_unknown_folder(self):
        self.red(check_includes, self.tree("lib/extras/x.cpp", '#include "base/error.hpp"'), "no rank")

    def test_downwards_is_fine(self):
        self.green(check_includes, self.tree("lib/provider/mailchimp/x.cpp", '#include "provider/provider.hpp"',
                                             '#include "http/client.hpp"', '#include "provider/mailchimp/requests.hpp"',
                                             '// #include "store/store.hpp"'))
        self.green(check_includes, self.tree("lib/source/csv/x.cpp", '#include "source/delimited/rows.hpp"'))
        self.green(check_includes, self.tree("lib/plan/x.cpp", '#include "source/source.hpp"'))
        self.green(check_includes, self.tree("daemon/audienced/app.cpp", '#include "http/beast/client.hpp"'))
        self.green(check_includes, self.tree("tests/sandbox/x.cpp", '#include "base/error.hpp"'))


class Coroutines(Planted):
    RED = {
        "an aggregate as argument": "co_await f(Batch{a, b});",
        "an unnamed aggregate": "auto r = co_await f({a, b});",
        "an aggregate around": "Pair x{co_await g(), 1};",
        "an aggregate of a template": "auto x = std::vector<int>{co_await g()};",
        "a lambda": "co_await f([copy] { return copy; });",
        "a lambda with a result type": "co_await f([copy](int i) -> int { return copy; });",
        "a lambda coroutine": "co_await [copy]() -> awaitable<int> { co_return 1; }();",
        "a conditional": "auto y = cond ? co_await g() : T();",
        "a conditional inside": "co_await g(cond ? a : b);",
        "the head of an if": "if (auto r = co_await f(Batch{a}); !r) co_return r.error();",
        "over lines": "auto r = co_await\n    f(a,\n      Batch{\n a});",
        "an aggregate beside": "use(Batch{a}, co_await g());",
        "a detached coroutine": "co_spawn(ex, f(), asio::detached);",
        "detached by using": "co_spawn(ex, f(), detached);",
    }
    GREEN = {
        "names, calls and literals": 'auto r = co_await f(a, g(b), "{text}", std::move(c));',
        "named above": "auto batch = Batch{a, b};\nauto r = co_await f(std::move(batch));",
        "empty braces": "auto r = co_await f(std::string{});",
        "a duration": "auto r = co_await sleep_for(std::chrono::seconds{5});",
        "a block after the head": "if (auto r = co_await f(a); !r) {\n co_return r.error();\n}",
        "a loop": "while (!done) {\n co_await e.wait();\n done = a ? b : c;\n}",
        "braces before": "auto x = T{a};\nfor (auto& b : c) { d = a ? b : c; }\nco_await f(x);",
        "in a lambda's body": "auto f = [a]() -> awaitable<void> { co_await g(a); };",
        "after": "co_await f();\nco_return Batch{a, b};",
        "a comment": "co_await f(a);  // {not, this} ?",
        "in a switch": "switch (co_await f()) { case 1: x = {1, 2}; }",
        "an option's name": "bool detached = true; set(\"detached\");",
    }

    def test_red(self):
        for name, statement in self.RED.items():
            with self.subTest(name):
                self.red(check_coroutines, {"lib/run/x.cpp": f"awaitable<void> f() {{\n    {statement}\n}}\n"}, "lib/run/x.cpp:2")

    def test_green(self):
        for name, statement in self.GREEN.items():
            with self.subTest(name):
                self.green(check_coroutines, {"lib/run/x.cpp": f"awaitable<void> f() {{\n    {statement}\n}}\n"})


class Blocking(Planted):
    def test_red(self):
        for line in ("std::ifstream in(file_);", "const int fd = ::open(path.c_str(), O_RDONLY);", "if (fs::exists(path)) return;",
                     "getpwuid_r(id, &entry, buffer, size, &found);", "auto done = store.run_blocking(load);"):
            with self.subTest(line):
                self.red(check_blocking, {"lib/run/x.cpp": f"void f() {{\n    {line}\n}}\n"}, "x.cpp:2", "may block")

    def test_green(self):
        self.green(check_blocking, {"lib/run/x.cpp": "auto a = Connection::open(path, stop);  // not ::open(\n",
                                    "lib/store/lock.cpp": "int fd = ::open(path.c_str(), 0);\n"})


class VendorHeaders(Planted):
    def test_in_a_header(self):
        for path, include in (("lib/store/database.hpp", "<sqlite3.h>"), ("lib/control/protocol.hpp", "<nlohmann/json.hpp>"),
                              ("lib/http/client.hpp", "<boost/beast/http.hpp>"), ("lib/http/beast/client.hpp", "<openssl/ssl.h>"),
                              ("lib/provider/mailchimp/x.hpp", "<simdjson.h>")):
            with self.subTest(path):
                self.red(check_vendor_headers, {path: f"#include {include}\n"}, "a header")

    def test_in_a_foreign_folder(self):
        self.red(check_vendor_headers, {"lib/run/x.cpp": "#include <sqlite3.h>\n"}, "this folder")
        self.red(check_vendor_headers, {"lib/provider/x.cpp": "#include <boost/beast/http.hpp>\n"}, "this folder")

    def test_at_home(self):
        self.green(check_vendor_headers, {"lib/store/database.cpp": "#include <sqlite3.h>\n",
                                          "lib/control/protocol.hpp": "#include <nlohmann/json_fwd.hpp>\n",
                                          "lib/http/beast/connection.hpp": "#include <boost/beast/ssl.hpp>\n"})


class Sizes(Planted):
    def test_lines(self):
        self.red(check_sizes, {"lib/run/x.cpp": "\n" * 401}, "401 lines")
        self.green(check_sizes, {"lib/run/x.cpp": "\n" * 400})


class Docs(Planted):
    def test_red(self):
        self.red(check_docs, {"docs/A.md": "see `lib/nothing/x.cpp`\n"}, "lib/nothing/x.cpp")
        self.red(check_docs, {"README.md": "[page](docs/NOWHERE.md)\n"}, "docs/NOWHERE.md")
        self.red(check_docs, {"docs/A.md": "`docs/{A,B}.md`\n"}, "docs/B.md")
        self.red(check_docs, {"lib/x.cpp": "// see docs/NOWHERE.md\n"}, "docs/NOWHERE.md")

    def test_green(self):
        self.green(check_docs, {"docs/A.md": "`docs/{A,B}.md`, lib/<kind>/x.cpp, [b](B.md#part), https://example.com/lib/x, "
                                             "/usr/lib/systemd/system/x.service, schema/*.sql\n",
                                "docs/B.md": "", "lib/csv/x.cpp": "// see docs/A.md\n", "schema/0001.sql": ""})


    TESTS = {"tests/unit/plan/x_test.cpp": 'TEST_CASE("it works, always", "[unit]") {\n}\n',
             "tests/integration/x_test.py": "@each_provider(*BOTH, count=8)\ndef story(world, side):\n    pass\n\n\ndef test_it(binaries):\n    pass\n\n\ndef other():\n"}

    def test_tests_that_are_not_there(self):
        for name in ("tests/unit/plan/x_test.cpp::it works", "tests/unit/plan/y_test.cpp::it works, always", "tests/integration/x_test.py::stories",
                     "tests/integration/x_test.py::other", "tests/integration/x_test.py::test_i"):
            with self.subTest(name):
                self.red(check_docs, self.TESTS | {"docs/A.md": f"shown by `{name}`\n"}, f"names the test {name}, which is not there")
        self.green(check_docs, self.TESTS | {"docs/A.md": "`tests/unit/plan/x_test.cpp::it works, always`, `tests/integration/x_test.py::story`, "
                                                          "`tests/integration/x_test.py::test_it`\n"})

    def test_complaints_without_a_test(self):
        page = "# Complaints\n\n## 1. A\n\n{}\n\n## 2. B\n\nDoes not apply: it costs nothing.\n"
        self.red(check_docs, self.TESTS | {"docs/COMPLAINTS.md": page.format("It cannot happen.")}, "'1. A' names no test")
        self.green(check_docs, self.TESTS | {"docs/COMPLAINTS.md": page.format("- `tests/integration/x_test.py::story`")})


class Words(Planted):
    def test_red(self):
        self.red(check_words, {"lib/run/x.cpp": "// TODO later\n"}, "TODO")
        self.red(check_words, {"lib/run/utils.cpp": ""}, "utils.cpp")
        self.red(check_words, {"lib/run/run_helpers.hpp": ""}, "run_helpers.hpp")
        self.red(check_words, {"lib/common/x.hpp": ""}, "common/")
        self.red(check_words, {"lib/run/x.cpp": "try { f(); } catch (...) {\n}\n"}, "swallowed")

    def test_plain_words(self):
        for word in ("whoever", "Whom", "nobody", "somebody", "everybody", "she", "her", "hers", "herself", "side door", "last word"):
            with self.subTest(word):
                self.red(check_words, {"lib/retry/x.cpp": f"// ask {word}\n"}, f"lib/retry/x.cpp:1: '{word}'")
                self.red(check_words, {"lib/retry/x.cpp": f'\nauto a = "ask {word}";\n'}, f"lib/retry/x.cpp:2: '{word}'")
                self.red(check_words, {"docs/CONFIG.md": f"ask {word}\n"}, f"docs/CONFIG.md:1: '{word}'")
                self.red(check_words, {"README.md": f"ask {word}\n"}, f"README.md:1: '{word}'")
                self.red(check_words, {"tests/integration/x_test.py": f"# ask {word}\n"}, f"x_test.py:1: '{word}'")
        self.green(check_words, {"lib/retry/x.cpp": 'int nobody;  // there, other, shell, inherits\nauto user = "nobody";\n', "docs/CONFIG.md": "here, --allow-nobody\n"})

    def test_replaced_names(self):
        self.red(check_words, {"lib/run/x.cpp": "auto a = losers();\n"}, "members_losing_groups")
        self.red(check_words, {"tests/unit/x.cpp": "// held_elsewhere\n"}, "held_by_other_export")
        self.green(check_words, {"lib/run/x.cpp": "int let_go_of, closers;\n"})

    def test_green(self):
        self.green(check_words, {"lib/run/x.cpp": "// common sense\ntry { f(); } catch (...) { failed = true; }\n"})


class CommandNames(Planted):
    CLIENT = {
        "daemon/audiencectl/main.cpp": 'app.add_option("--socket", socket);\n}\n',
        "daemon/audiencectl/run.cpp": 'void add_run() {\n    auto* verb = commands.add(nullptr, "run", "run now", act);\n'
                                      '    verb->add_flag("--follow", follow);\n}\n',
        "daemon/audiencectl/thing.cpp": 'void add_thing() {\n    auto* noun = commands.noun("thing", "all of them");\n'
                                        '    auto* add = commands.add_named(noun, "add", "one more", act);\n'
                                        '    auto* either = add->add_option_group("kind");\n'
                                        '    either->add_option("--file", file);\n}\n',
        "daemon/audiencectl/thing_list.cpp": 'void f() {\n    add_one(commands, noun, "list", "all");\n}\n',
        "daemon/audienced/options.cpp": 'app.add_flag("--check-config", check);\n',
        "dev": '# --check\n    test | format)\n        verb=$1\n',
    }

    def test_red(self):
        for text, fragment in (("`audiencectl doctor`", "audiencectl doctor"), ("    audiencectl thing undo X\n", "thing undo"),
                               ("    audiencectl thing list | gone NAME\n", "thing gone"), ("`thing add NAME --folder F`", "--folder"),
                               ("    audiencectl thing list --file F", "thing list --file"), ("`run --full`", "run --full"),
                               ("`--nothing`", "--nothing"), ("`./dev demo`", "./dev demo"), ("./dev format --all", "--all"),
                               ("audienced --verify", "audienced --verify"),
                               ("    audiencectl thing add X\n                [--wide]\n", "--wide")):
            with self.subTest(text):
                self.red(check_commands, self.CLIENT | {"docs/A.md": text}, fragment)
        self.red(check_commands, self.CLIENT | {"systemd/x.catalog": "See: audiencectl doctor\n"}, "doctor")
        self.red(check_commands, self.CLIENT | {"docs/A.md": "take it from `audiencectl\nthing gone NAME`"}, "thing gone")
        self.red(check_commands, self.CLIENT | {"docs/MISTAKES.md": "    $ audiencectl thng\n    did you mean audiencectl doctor?\n"}, "doctor")
        self.green(check_commands, self.CLIENT | {"docs/MISTAKES.md": "    $ audiencectl thng\n    did you mean audiencectl thing add?\n"})
        self.red(check_commands, {"daemon/audiencectl/x.cpp": ""}, "no command was found")

    def test_red_in_messages(self):
        for literal in ('"see audiencectl " "doctor"', '"`audiencectl thing undo " + name + "`"', '"take it with --folder"',
                        '"`audiencectl thing add " << name << " --folder F`"', 'std::string("audiencectl ") + noun + " gone"',
                        'R"(first audiencectl thing list, then audiencectl doctor)"'):
            with self.subTest(literal):
                self.red(check_commands, self.CLIENT | {"lib/run/x.cpp": f"auto hint = {literal};\n"}, "does not exist")

    TABLES = {
        "daemon/audiencectl/thing_kinds.cpp": '#include "kinds/options.hpp"\n',
        "lib/kinds/options.hpp": 'inline constexpr Option shared{\n    "wait", "MINUTES", "how long"};\n',
        "lib/kinds/red/options.cpp": 'return {"red", "Red", {{"colour", "NAME", "which"}, {"loud", "", "very"}}};\n',
    }

    def test_options_of_kinds(self):
        for words in ("thing add NAME --shade S", "thing add NAME --no-colour", "thing add NAME --red"):
            with self.subTest(words):
                self.red(check_commands, self.CLIENT | self.TABLES | {"docs/A.md": f"`{words}`"}, "--")
        self.green(check_commands, self.CLIENT | self.TABLES | {"docs/A.md": "`thing add NAME --colour C --wait 1 --no-loud`"})

    def test_green(self):
        self.green(check_commands, self.CLIENT | {
            "README.md": "`audiencectl` and audienced: `./dev test -L unit`, `audienced --check-config`, journalctl -u audienced --since x\n",
            "docs/A.md": "    audiencectl --socket S thing add NAME --file F | list   # all\n    audiencectl run X --follow\n"
                         "    audiencectl thing list [the options of add, but --gone]\n`./dev format --check`, `thing\nlist`, `--file`\n",
            "lib/run/x.cpp": '// audiencectl doctor\nauto hint = "`audiencectl thing add " + name + " --file F` or `run --follow`";\n'
                             'auto all = std::string("audiencectl ") + noun + " list";\n'})


if __name__ == "__main__":
    unittest.main()
