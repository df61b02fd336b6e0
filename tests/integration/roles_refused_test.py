#!/usr/bin/env python3
"""What users of each role are told where something is refused: of a connection whose key the provider does not take, of names that are not theirs,
and after a reload that takes a role away. Real users, as in roles_test.py; as root only."""
import json
import os
import re
import signal
import subprocess
import sys
import time

from daemon import Failed
from harness import NotTested, equal, main
from roles_table import ADMINISTRATORS, NOT_YET, TABLE
from roles_world import FOREIGN, GROUPS, LOCAL_USERS, MAY_CONNECT, OWN, REFUSED, Shop

PEOPLE = list(LOCAL_USERS)
NOT_PERMITTED = 4


def needs_root():
    if os.geteuid() != 0:
        raise NotTested("other users: this needs root")


def test_a_connection_whose_key_is_refused(binaries):
    """Why is for administrators, in each command that takes such a connection or its export, and in both shapes of its answer."""
    needs_root()
    with Shop(binaries) as world:
        found, told = [], 0
        names = {**REFUSED, "run": world.runs["refused"], "held": world.runs["refused"], "spare": REFUSED["export"], "new": "new", "file": "/dev/null"}
        for who in PEOPLE:
            for command, row in TABLE.items():
                if command in NOT_YET or command in ("export remove", "export disable", "export attach") or row.who == ADMINISTRATORS:
                    continue
                words = [*command.split(), *(word.strip('"').format(**names) for word in re.findall(r'"[^"]*"|\S+', row.words))]
                for more in ([], ["--json"]):
                    answer = world.ask(who, *words, *more, stdin=row.stdin)
                    told += who == "administrator" and "API Key Invalid" in answer.text
                    found += [f"{who}: {' '.join(words + more)}: {one}: {answer.text[:600]}" for one in world.finds(who, answer.text, words)]
        equal(found, [], "what was read that must not be")
        equal(told >= 12, True, f"an administrator reads the words of the provider: in {told} answers")
        asked = world.ask("contributor", "run", "adrift")
        equal((asked.code, "ask an administrator" in asked.text), (6, True), f"a contributor is told to ask an administrator: {asked.text}")


def test_a_name_is_looked_at_after_the_permission(binaries):
    """A caller who may not do it is told the same of a name that another has and of one that is free."""
    needs_root()
    with Shop(binaries) as world:
        named = [command for command, row in TABLE.items() if "{new}" in row.words]
        equal(len(named) >= 5, True, f"commands that take a new name: {named}")
        for who in PEOPLE[1:]:
            for command in named:
                row = TABLE[command]
                noun = command.split()[0]
                taken = FOREIGN.get(noun, "westsource")
                for things in (OWN, FOREIGN):
                    told = []
                    for name in (taken, "free-name"):
                        values = {**things, "spare": "spare-contributor" if things is OWN else FOREIGN["export"], "new": name, "file": "/dev/null"}
                        words = [word.strip('"').format(**values) for word in row.words.replace("{new}-copy", "{new}").split()]
                        answer = world.ask(who, *command.split(), *words, stdin=row.stdin)
                        told.append((answer.code, answer.text.replace(taken, "X").replace("free-name", "X")))
                    may = who == "contributor" and things is OWN and row.who != ADMINISTRATORS
                    if may:
                        equal((told[0][0], "is taken" in told[0][1]), (6, True), f"{command} with a name of another: {told}")
                    else:
                        equal(told[0], told[1], f"{who}: {command} with a name of another, and with a free one")


def test_a_contributor_reads_the_same_of_consent_in_both_shapes(binaries):
    needs_root()
    with Shop(binaries) as world:
        shown, told = world.ask("contributor", "connection", "show", "shop"), world.ask("contributor", "connection", "show", "shop", "--json")
        consent = json.loads(told.out)["consent"]
        equal((consent["by"], consent["current"], consent["text_version"] >= 1), (None, True, True), "consent")
        equal(bool(re.search(r"consent +given 20", shown.out)), True, f"the screen: {shown.out}")
        world.ctl("connection", "consent", "shop", "--withdraw")
        shown, told = world.ask("contributor", "connection", "show", "shop"), world.ask("contributor", "connection", "show", "shop", "--json")
        equal((json.loads(told.out)["consent"], bool(re.search(r"consent +none", shown.out))), (None, True), f"withdrawn: {shown.out}")


ASKS_TWICE = """
import http.client, socket, sys
class Local(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(sys.argv[1])
one = Local("localhost")
for _ in range(2):
    one.request("GET", "/v1/exports")
    answer = one.getresponse()
    answer.read()
    print(answer.status, flush=True)
    sys.stdin.readline()
"""


def test_a_role_that_a_reload_takes_away(binaries):
    """It counts from the next request on, on a connection to the socket that is open too; what waits for a restart is named."""
    needs_root()
    with Shop(binaries) as world:
        def reload(text, event):
            with open(world.daemon.config, "w", encoding="ascii") as file:
                file.write(text)
            before = open(world.daemon.log_path, encoding="utf-8").read().count(event)
            world.daemon.process.send_signal(signal.SIGHUP)
            until = time.monotonic() + 30
            while (log := open(world.daemon.log_path, encoding="utf-8").read()).count(event) == before:
                if time.monotonic() > until:
                    raise Failed(f"no {event}")
                time.sleep(0.02)
            return [line for line in log.splitlines() if event in line][-1]

        equal(world.ask("viewer", "export", "list").code, 0, "a viewer before")
        user, groups = LOCAL_USERS["viewer"]
        argv = ["setpriv", f"--reuid={user}", f"--regid={MAY_CONNECT}", f"--groups={','.join([MAY_CONNECT, *groups])}", "--", sys.executable, "-c", ASKS_TWICE, world.daemon.socket]
        with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd="/") as asking:
            equal(asking.stdout.readline(), "200\n", "the first request")
            kept = "".join(f'{role} = ["{group}"]\n' for role, group in GROUPS.items() if role != "viewers")
            said = reload(f'[roles]\n{kept}viewers = []\n[log]\nformat = "json"\n[limits]\nruns_at_once = 7\n', "config_reloaded")
            equal("counts after a restart only: log.format, limits.runs_at_once" in said, True, f"what waits: {said}")
            asking.stdin.write("\n")
            asking.stdin.flush()
            equal(asking.stdout.readline(), "403\n", "the next request on the same connection")
            asking.stdin.close()
        equal((world.ask("viewer", "export", "list").code, world.ask("contributor", "export", "list").code), (NOT_PERMITTED, 0), "afterwards")
        said = reload("[roles]\n" + "".join(f'{role} = ["{group}"]\n' for role, group in GROUPS.items()), "config_reloaded")
        equal(("after a restart" in said, world.ask("viewer", "export", "list").code), (False, 0), f"given again: {said}")


if __name__ == "__main__":
    sys.exit(main(globals()))
