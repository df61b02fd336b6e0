#!/usr/bin/env python3
"""Every command of audiencectl as a user of each role: who may, and what is read. The table in docs/ROLES.md is what these users got; --write
writes it. A command without a row here fails. Needs root and users of Debian; makes none."""
import json
import os
import re
import subprocess
import sys

from daemon import Failed
from harness import NotTested, equal, main
from roles_table import ADMINISTRATORS, EVERY_CALLER, FILTERED, NOT_YET, TABLE, VIEWERS, WITH_CONNECTION
from roles_world import FOREIGN, LOCAL_USERS, OWN, REFUSED, Shop

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PAGE = os.path.join(ROOT, "docs", "ROLES.md")
PEOPLE = list(LOCAL_USERS)
HEADINGS = ["administrator", "contributor, on a connection that allows the user", "contributor, on another's", "contributor without a connection",
            "viewer", "no role"]
NOT_PERMITTED = 4


def below(program, words):
    """The commands below these words, by the program's own help."""
    shown = subprocess.run([program, *words, "--help"], capture_output=True, text=True, check=True).stdout
    return re.findall(r"^  ([a-z][a-z-]*) ", shown, re.M)


def commands(program):
    found = []
    for word in below(program, []):
        verbs = below(program, [word])
        found += [f"{word} {verb}" for verb in verbs] or [word]
    return found


def expected(row, who, anothers):
    """May this user?"""
    if row.who == EVERY_CALLER or who == "administrator":
        return True
    if who == "no role" or row.who == ADMINISTRATORS:
        return False
    if who == "viewer":
        return row.who in (VIEWERS, FILTERED)
    if row.who == VIEWERS or not row.apart:
        return True
    return who == "contributor" and not anothers


class Teller:
    """Puts the names into a row's words."""

    def __init__(self, world):
        self.world, self.number = world, 0

    def words(self, who, row, anothers):
        self.number += 1
        whose = "foreign" if anothers else "own"
        things = FOREIGN if anothers else OWN
        owner = who if who in ("administrator", "contributor") else "contributor"
        values = {**things, "run": self.world.runs[f"{whose}, delivered"], "held": self.world.runs[f"{whose}, held"],
                  "spare": FOREIGN["export"] if anothers else self.world.spare_name(owner),
                  "new": f"new-{self.number}", "file": os.path.join(self.world.open_folder, f"file-{self.number}")}
        return [word.format(**values) for word in re.findall(r'"[^"]*"|\S+', row.words)]

    def ask(self, who, command, row, anothers, *more):
        words = [word.strip('"') for word in self.words(who, row, anothers)]
        return self.world.ask(who, *command.split(), *words, *more, stdin=row.stdin), words


def cell(may, row, column):
    if not may:
        return "no"
    return "of their own" if column in (1, 2, 3) and row.who in (FILTERED, WITH_CONNECTION) and not row.apart else "yes"


def table_of(world, known):
    """Runs everything -> the lines of the page, and what was read that must not be."""
    lines = ["| command | " + " | ".join(HEADINGS) + " |", "|---" * (len(HEADINGS) + 1) + "|"]
    found, teller = [], Teller(world)
    columns = [("administrator", False), ("contributor", False), ("contributor", True), ("contributor without a connection", False), ("viewer", False), ("no role", False)]
    results = {}
    # Those with the least rights first: what they do changes nothing.
    for column in (5, 4, 3, 2, 1, 0):
        who, anothers = columns[column]
        for command in known:
            row = TABLE[command]
            for more in ([], ["--json"]):
                if "{spare}" in row.words and column in (0, 1):
                    world.spare(who)  # the one before may have been removed
                answer, words = teller.ask(who, command, row, anothers and row.apart, *more)
                may = answer.code != NOT_PERMITTED
                equal(may, expected(row, who, anothers), f"{HEADINGS[column]}: audiencectl {command} {' '.join(words)}: exit {answer.code}: {answer.text}")
                found += [f"{HEADINGS[column]}: {command} {' '.join(more)}: {one}" for one in world.finds(who, answer.text, words)]
                results[command, column] = may
    for command in known:
        lines.append(f"| `{command}` | " + " | ".join(cell(results[command, column], TABLE[command], column) for column in range(len(columns))) + " |")
    return lines, found


def patterns():
    """The routes that answer GET, from the sources of the handlers."""
    folder = os.path.join(ROOT, "lib", "control", "handlers")
    text = "".join(open(os.path.join(folder, name), encoding="utf-8").read() for name in sorted(os.listdir(folder)) if name.endswith(".cpp"))
    found = re.findall(r'\{"GET",\s*"(/v1/[^"]*)"', text)
    equal(len(found) >= 20, True, f"routes: {found}")
    return sorted(set(found))


def paths_of(pattern, world):
    """Everything that there is by this path, and what there is not."""
    noun = pattern.split("/")[2]
    names = {"exports": [OWN["export"], FOREIGN["export"], REFUSED["export"], "absent"], "segments": [OWN["segment"], FOREIGN["segment"], "absent"],
             "connections": [OWN["connection"], FOREIGN["connection"], REFUSED["connection"], "absent"], "sources": ["crm", "westsource", "absent"],
             "runs": [*map(str, world.runs.values()), "99999"]}.get(noun, [])
    if "{}" not in pattern:
        return [pattern]
    if not names:
        raise Failed(f"no names for {pattern}")
    return [pattern.replace("{}", name, 1).replace("{}", "absent") for name in names]


def fields(value):
    one = value[0] if isinstance(value, list) and value else value
    return set(one) if isinstance(one, dict) else set()


def field_lines(world):
    """Which fields only some roles are answered with."""
    shown = {"status": "/v1/status", "connection": "/v1/connections/shop", "segment": "/v1/segments/active", "export": "/v1/exports/spring",
             "run": f"/v1/runs/{world.runs['own, held']}", "reject": f"/v1/runs/{world.runs['own, delivered']}/rejects"}
    lines = ["| answer | administrator only | contributor on, not viewer |", "|---|---|---|"]
    for name, path in shown.items():
        seen = {}
        for who in ("administrator", "contributor", "viewer"):
            body, _, status = world.get(who, path).out.rpartition("\n")
            answer = json.loads(body) if status == "200" else {}
            one = answer[0] if isinstance(answer, list) and answer else answer
            seen[who] = {key for key, value in one.items() if who == "administrator" or value is not None or key in ("rows",)}
            seen[who, "present"] = status == "200"
        nulls = {key for key in seen["administrator"] if key not in seen["contributor"]}
        whole = json.loads(world.get("administrator", path).out.rpartition("\n")[0])
        whole = whole[0] if isinstance(whole, list) else whole
        only_admin = sorted(key for key in nulls if whole[key] is not None)
        from_contributor = sorted(key for key in seen["contributor"] - seen["viewer"] if whole.get(key) is not None)
        words = lambda names: ", ".join(f"`{one}`" for one in names) or "none"  # noqa: E731
        lines.append(f"| {name} | {words(only_admin)} | {words(from_contributor) if seen['viewer', 'present'] else 'all of it'} |")
    return lines


def needs_root():
    if os.geteuid() != 0:
        raise NotTested("other users: this needs root")


def put(page, name, lines):
    marked = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.S)
    if not marked.search(page):
        raise Failed(f"docs/ROLES.md has no place for {name}")
    return marked.sub(lambda match: match[1] + "\n" + "\n".join(lines) + "\n\n" + match[2], page)


def check_page(name, lines):
    with open(PAGE, encoding="utf-8") as file:
        page = file.read()
    wanted = put(page, name, lines)
    if WRITE:
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(wanted)
    equal(wanted.splitlines() if not WRITE else [], page.splitlines() if not WRITE else [], f"docs/ROLES.md, the {name}; roles_test.py --write mends it")


def test_every_command_as_each_role(binaries):
    needs_root()
    with Shop(binaries) as world:
        known = commands(world.ctl.program)
        equal([one for one in known if one not in TABLE], [], "commands without a row in this test")
        equal([one for one in TABLE if one not in known and one not in NOT_YET], [], "rows without a command")
        fields_told = field_lines(world)
        lines, found = table_of(world, known)
        equal(found, [], "what was read that must not be")
    check_page("commands", lines)
    check_page("fields", fields_told)


ASKED = (["export", "explain", "spring", "-"], ["export", "explain", "westmail", "-"], ["export", "verify", "spring"], ["export", "test", "spring"],
         ["export", "preview", "spring"], ["connection", "destinations", "shop"])


def search(world, people, whole):
    """Everything that can be asked for -> how many answers, and what was read in them that must not be."""
    found, asked = [], 0
    for who in people:
        for pattern in patterns():
            for path in paths_of(pattern, world):
                answer = world.get(who, path)
                asked += 1
                found += [f"{who}: GET {path}: {one}: {answer.out[:600]}" for one in world.finds(who, answer.text, re.findall(r"[a-z0-9_-]+", path))]
        known = world.customers[10][0]  # both exports that feed the audience sent it
        for words in ASKED if who.startswith("contributor") or who == "viewer" else []:
            for more in ([], ["--json"]) if whole else (["--json"],):
                answer = world.ask(who, *words, *more, stdin=known + "\n")
                asked += 1
                found += [f"{who}: {' '.join(words + more)}: {one}: {answer.text[:1500]}" for one in world.finds(who, answer.text, words)]
    return asked, found


def test_every_answer_of_the_socket(binaries):
    """As everything is; while the sources, the CA file, and the provider are away: errors quote more than answers do."""
    needs_root()
    with Shop(binaries) as world:
        found, asked = [], 0
        for event in (None, world.break_sources, world.mend_sources, world.lose_ca_file, world.lose_provider):
            if event:
                event()
            if event == world.mend_sources:
                continue
            some, more = search(world, PEOPLE if not event or event == world.break_sources else PEOPLE[1:4], not event)
            asked += some
            found += [f"{event.__name__ if event else 'as it is'}: {one}" for one in more]
        print(f"{asked} answers searched", flush=True)
        equal(found, [], "what was read that must not be")


def test_an_event_stream_ends_with_the_permission(binaries):
    """It went on after `connection edit --allow-nobody`: who may read was asked once."""
    needs_root()
    with Shop(binaries) as world:
        world.lose_provider()
        waiting = world.runs["own, waiting"]
        stream = world.stream("contributor", f"/v1/runs/{waiting}/events")
        equal('"run":' in stream.stdout.readline(), True, "the stream begins")
        world.ctl("connection", "edit", "shop", "--allow-nobody")
        try:
            rest, _ = stream.communicate(timeout=60)  # its end; a line comes every five seconds
        except subprocess.TimeoutExpired:
            stream.kill()
            raise Failed("the stream goes on though the permission ended") from None
        world.ctl("runs", "cancel", str(waiting))
        equal([line for line in rest.splitlines() if "cancelled" in line], [], "events after the permission ended")
        answer = world.get("contributor", f"/v1/runs/{waiting}/events")
        equal(answer.out.rstrip().endswith("403"), True, answer.text)


def test_errors_of_a_source_that_cannot_be_read(binaries):
    needs_root()
    with Shop(binaries) as world:
        world.break_sources()
        found = []
        for who in PEOPLE:
            for words in (["status"], ["check"], ["segment", "show", "active"], ["segment", "preview", "active"], ["export", "test", "spring"],
                          ["export", "preview", "spring"], ["run", "spring", "--follow"], ["export", "explain", "spring", "-"],
                          ["runs", "list"], ["export", "edit", "spring", "--map", "last_name=last_name"], ["status"], ["check"], ["doctor"]):
                for more in ([], ["--json"]):
                    answer = world.ask(who, *words, *more, stdin="no.body@example.org\n")
                    found += [f"{who}: {' '.join(words + more)}: {one}: {answer.text[:600]}" for one in world.finds(who, answer.text, words)]
        equal(found, [], "what was read that must not be")
        told = world.ask("administrator", "segment", "preview", "active")
        equal("pathneedle" in told.text, True, f"an administrator is told the file: {told.text}")
        told = world.ask("contributor", "segment", "preview", "active")
        equal("ask an administrator, who sees why" in told.text, True, f"a contributor is told that an administrator knows: {told.text}")


def test_completion_names_what_the_user_sees(binaries):
    needs_root()
    with Shop(binaries) as world:
        def names(who, *words):
            done = world.as_user(who, [world.program, "__complete", "--socket", world.daemon.socket, *words, ""])
            equal(world.finds(who, done.text), [], f"{who}: completion of {words}")
            return {line.split("\t")[0] for line in done.out.splitlines() if not line.startswith("-")}

        contributor, without, viewer, none = PEOPLE[1:]
        equal((names("administrator", "export", "show") >= {"spring", "westmail"}, names(contributor, "connection", "show")), (True, {"lostkey", "shop"}), "names of the user's own")
        equal((names(contributor, "segment", "show"), names(without, "segment", "show")), ({"active", "unused"}, set()), "segments")
        equal(names(contributor, "export", "show") & {"spring", "westmail"}, {"spring"}, "exports of a contributor")
        equal((names(without, "export", "show"), names(none, "export", "show"), names(viewer, "source", "show")), (set(), set(), set()), "nothing")
        equal(names(viewer, "export", "show") >= {"spring", "westmail"}, True, "a viewer sees all exports")


def test_what_is_not_there_and_what_is_not_the_users_are_told_alike(binaries):
    needs_root()
    with Shop(binaries) as world:
        foreign = str(world.runs["foreign, delivered"])
        for words, there, absent in ((["export", "show"], "westmail", "absent"), (["export", "edit"], "westmail", "absent"), (["run"], "westmail", "absent"),
                                     (["export", "preview"], "westmail", "absent"), (["connection", "show"], "westwing", "absent"),
                                     (["segment", "show"], "westseg", "absent"), (["segment", "preview"], "westseg", "absent"),
                                     (["runs", "show"], foreign, "99999"), (["runs", "undo"], foreign, "99999"), (["runs", "cancel"], foreign, "99999"),
                                     (["runs", "rejects"], foreign, "99999"), (["runs", "list"], "westmail", "absent")):
            more = ["--title", "T"] if words[-1] == "edit" else []
            one, other = (world.ask("contributor", *words, name, *more) for name in (there, absent))
            equal((one.code, one.text.replace(there, "X")), (NOT_PERMITTED, other.text.replace(absent, "X")), f"{' '.join(words)} of another's and of none")


if __name__ == "__main__":
    WRITE = "--write" in sys.argv
    sys.argv = [word for word in sys.argv if word != "--write"]
    sys.exit(main(globals()))
