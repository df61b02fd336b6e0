#!/usr/bin/env python3
"""The lints of whole files: long functions, dead files, layout, tests that mirror nothing. Planted violations, as in lint_test.py."""
import json
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import check_built  # noqa: E402
import check_format  # noqa: E402
import check_functions  # noqa: E402
import check_mirror  # noqa: E402
import check_unit_names  # noqa: E402
from planted import Planted, write  # noqa: E402


class Functions(Planted):
    @staticmethod
    def long(head, lines, tail="}\n", line="    f();\n"):
        """A head, a body and a brace: so many lines together."""
        return head + "\n" + line * (lines - head.count("\n") - 2) + tail

    def test_red(self):
        heads = {
            "a function": "int g(int a) {",
            "with its result behind": "auto g() -> std::map<int, int> {",
            "a head over lines": "template <class T>\nresult<T>\ng(std::map<int, T> a,\n  int b)\n{",
            "a constructor": "X::X(int a) : a_(a), b_{1, 2} {",
            "an operator": "bool X::operator()(int a, int b) const noexcept {",
            "a test case": "TEST_CASE(\"it works\", \"[unit]\") {",
            "a named lambda": "const auto g = [](int a) {",
            "a function with braces in literals": "int g() { h(\"{{\", '{', R\"x({)x\"); // {",
            "a function with a lambda": "int g() {\n    const auto inner = [] {\n    };",
        }
        for name, head in heads.items():
            with self.subTest(name):
                self.red(check_functions, {"lib/run/x.cpp": "namespace a {\n" + self.long(head, 71) + "}\n"}, "lib/run/x.cpp:2: 71 lines")
                self.green(check_functions, {"lib/run/x.cpp": "namespace a {\n" + self.long(head, 70) + "}\n"})

    def test_red_inside(self):
        self.red(check_functions, {"lib/run/x.hpp": "class X : public Y {\npublic:\n    X() = default;\n" +
                                   self.long("    int g() const {", 71, "    }\n};\n")}, "lib/run/x.hpp:4: 71 lines")
        self.red(check_functions, {"lib/run/x.cpp": "const Table rows[] = {\n    {1, 2},\n" +
                                   self.long("    {3, [](int a) {", 71, "    }},\n};\n")}, "lib/run/x.cpp:3: 71 lines")
        self.red(check_functions, {"tests/x.py": self.long("def g():", 71, "    f()\n")}, "tests/x.py:1: 71 lines")

    def test_green(self):
        for name, text in {
            "two functions": self.long("int g() {", 60) + self.long("int h() {", 60),
            "a table": self.long("const std::vector<Row> rows{", 90, "};\n", "    {1, f(2)},\n"),
            "a class": self.long("class X final : public Y<int> {", 90, "};\n", "    void f();\n"),
            "an enum": self.long("enum class X : std::uint8_t {", 90, "};\n", "    x,\n"),
            "a comment": "int g() {  // {\n}\n" + "// f()\n" * 90,
        }.items():
            with self.subTest(name):
                self.green(check_functions, {"lib/run/x.cpp": text})
        self.green(check_functions, {"tests/x.py": self.long("class X:", 90, "    f()\n")})


class Built(Planted):
    @staticmethod
    def tree(*compiled):
        commands = [{"directory": "/nowhere", "command": "g++", "file": path} for path in compiled]
        return {"build-x/compile_commands.json": json.dumps(commands).replace("/nowhere", "..")}

    def run_on(self, check, tree):
        with tempfile.TemporaryDirectory() as root:
            write(root, {path: text.replace("ROOT", root) for path, text in tree.items()})
            return check.check(root)

    def test_red(self):
        self.red(check_built, self.tree("ROOT/lib/run/x.cpp") | {"lib/run/x.cpp": "", "lib/run/dead.cpp": ""}, "lib/run/dead.cpp: no target")
        self.red(check_built, self.tree("ROOT/tests/x.cpp") | {"tests/x.cpp": "", "tests/fuzz/y.cpp": "",
                                                               "tests/fuzz/CMakeLists.txt": "audienced_fuzz(other)\n"}, "tests/fuzz/y.cpp")
        self.red(check_built, {"lib/run/x.hpp": "", "lib/run/x.cpp": '#include "run/y.hpp"'}, "lib/run/x.hpp: no file includes it")

    def test_green(self):
        self.green(check_built, self.tree("ROOT/build-x/unity_0_cxx.cxx") | {
            "build-x/unity_0_cxx.cxx": '#include "ROOT/lib/run/x.cpp"\n#include "ROOT/lib/run/y.cpp"\n',
            "lib/run/x.cpp": '#include "run/y.hpp"', "lib/run/y.cpp": "", "lib/run/y.hpp": "", "tests/unit/run/x_test.cpp": ""})
        self.green(check_built, self.tree("ROOT/tests/x.cpp") | {"tests/x.cpp": "", "tests/fuzz/y.cpp": "",
                                                                 "tests/fuzz/CMakeLists.txt": "audienced_fuzz(y lib.cpp)\n"})


class Format(Planted):
    STYLE = {".clang-format": "BasedOnStyle: Google\n"}

    @unittest.skipUnless(check_format.clang_format(), "SKIPPED: no clang-format 14")
    def test_layout(self):
        self.red(check_format, self.STYLE | {"lib/run/x.cpp": "int x=1 ;\n"}, "lib/run/x.cpp:1")
        self.green(check_format, self.STYLE | {"lib/run/x.cpp": "int x = 1;\n"})


class UnitNames(Planted):
    def tree(self, first, second, folder="lib/run"):
        text = "namespace audienced {{\nnamespace {{\n\n{}\n\n}}  // namespace\n}}\n"
        return {f"{folder}/a.cpp": text.format(first), f"{folder}/b.cpp": text.format(second)}

    def test_red(self):
        for one in ("bool is_digit(char c) {\n    return c == '0';\n}", "struct Figures {\n    int n = 0;\n};", "constexpr std::size_t most = 3;",
                    "result<void> look(Store& store,\n                  const Export& e) {\n    return {};\n}"):
            with self.subTest(one):
                self.red(check_unit_names, self.tree(one, one), "one unit cannot have both")

    def test_red_in_two_folders_of_a_target(self):
        text = "namespace audienced::run {\nnamespace {\n\nconstexpr int most = 3;\n\n}  // namespace\n}\n"
        other = text.replace("::run", "::run::look")
        self.red(check_unit_names, {"lib/run/a.cpp": text, "lib/run/look/b.cpp": text}, "one unit cannot have both")
        self.green(check_unit_names, {"lib/run/a.cpp": text, "lib/run/look/b.cpp": other, "lib/plan/c.cpp": text})

    def test_green(self):
        twice = "void f() {\n    const auto read = look(store);\n    store.run(read);\n}"
        self.green(check_unit_names, self.tree("bool is_digit(char c) {\n}", "bool is_digit(wchar_t c) {\n}"))
        self.green(check_unit_names, self.tree(twice, twice.replace("f()", "g()")))
        self.green(check_unit_names, self.tree("struct A {\n};", "struct A {\n};", "tests/unit/run"))


class Mirror(Planted):
    TREE = {"lib/run/delivery/settle.cpp": "", "lib/model/run.hpp": "", "daemon/audienced/notify.cpp": ""}

    def test_red(self):
        for path in ("tests/unit/run/settle_test.cpp", "tests/unit/run/delivery/settled_test.cpp",
                     "tests/unit/run/delivery/undo_settle_test.cpp", "tests/unit/audienced/notify_test.cpp"):
            with self.subTest(path):
                self.red(check_mirror, self.TREE | {path: ""}, f"{path}: there is no ")

    def test_green(self):
        for path in ("tests/unit/run/delivery/settle_test.cpp", "tests/unit/run/delivery/settle_after_kill_test.cpp",
                     "tests/unit/model/run_test.cpp", "tests/unit/daemon/audienced/notify_test.cpp",
                     "tests/unit/store/state.hpp", "tests/unit/main.cpp"):
            with self.subTest(path):
                self.green(check_mirror, self.TREE | {path: ""})


if __name__ == "__main__":
    unittest.main()
