#!/usr/bin/env python3
"""systemd_doctor_checks.py SOURCE_DIR BUILD_TREE, inside of the machine that systemd_boot.sh boots, as root: what doctor says of the installed
service, of folders that its unit hides, of users that are let in or not, and of a service that is stopped or has failed. The commands that it
gives are typed as they stand."""
import json
import os
import sqlite3
import subprocess
import sys

SOURCE, BUILD = sys.argv[1:3]
sys.path.insert(0, os.path.join(SOURCE, "tests", "integration"))

from daemon import Failed  # noqa: E402
from harness import equal  # noqa: E402
from installed import ctl, do, verdict  # noqa: E402

CONFIG = "/etc/audienced/audienced.toml"


def doctor(user=None, session=None):
    """The exit code, and name -> finding. `session`: words that start the session of the user."""
    who = session or (["runuser", "-u", user, "--"] if user else [])
    done = subprocess.run([*who, "/usr/local/bin/audiencectl", "doctor", "--json"], capture_output=True, text=True, check=False)
    if not done.stdout:
        raise Failed(f"doctor said nothing: {done.stderr}")
    return done.returncode, {one["name"]: one for one in json.loads(done.stdout)["checks"]}


def finds(found, name, state, *words):
    one = found.get(name)
    text = one and f"{one['message']} {one['remedy'] or ''}"
    if not one or one["state"] != state or any(word not in text for word in words):
        raise Failed(f"no {state} of {name} with {words}: {one}")
    return one["remedy"]


def typed(remedy, until="; "):
    """The command at the beginning of a remedy, as a shell takes it."""
    do("bash", "-ec", remedy.split(until)[0])


def an_installed_service():
    code, found = doctor()
    trouble = {name: one for name, one in found.items() if one["state"] != "ok"}
    # The disk of this container is small, it may not ask whether the clock of its host is synchronised, and no provider has told the time yet.
    equal((code, set(trouble) - {"disk_space", "clock_synchronised", "clock", "time_zones"}), (0, set()), f"trouble of a fresh installation: {trouble}")


def folders_that_the_unit_hides():
    os.makedirs("/home/ann/crm")
    os.makedirs("/srv/closed", mode=0o750)
    for name, file in (("home", "/home/ann/crm/crm.db"), ("tmp", "/tmp/crm.db"), ("closed", "/srv/closed/crm.db")):
        with sqlite3.connect(file) as db:
            db.execute("CREATE TABLE t (a)")
        ctl("source", "add", name, "--sqlite", file)
    code, found = doctor()
    equal(code, 1, "the exit code")
    finds(found, "source:home", "problem", "protects /home (ProtectHome=)", "BindReadOnlyPaths=")
    finds(found, "source:tmp", "problem", "a /tmp of its own (PrivateTmp=)", "/srv")
    let_in = finds(found, "source:closed", "problem", "may not enter the folder /srv/closed", "setfacl -m u:audienced:x /srv/closed")
    equal("setfacl -m u:audienced:x /srv/closed" in let_in, True, let_in)
    os.chmod("/srv/closed", 0o755)
    equal(doctor()[1]["source:closed"]["state"], "ok", "the source once its folder is open")
    os.makedirs("/run/systemd/system/audienced.service.d")
    with open("/run/systemd/system/audienced.service.d/let-in.conf", "w", encoding="ascii") as file:
        file.write("[Service]\nProtectHome=tmpfs\nBindReadOnlyPaths=/home/ann/crm\nInaccessiblePaths=/srv/closed\n")
    do("systemctl", "daemon-reload")
    do("systemctl", "restart", "audienced")
    found = doctor()[1]
    equal(found["source:home"]["state"], "ok", f"the source that is let in: {found['source:home']}")
    finds(found, "source:closed", "problem", "InaccessiblePaths=", "systemctl edit audienced")
    os.unlink("/run/systemd/system/audienced.service.d/let-in.conf")
    for name in ("home", "tmp", "closed"):
        ctl("source", "remove", name)
    with open("/home/ann/notify", "w", encoding="ascii", opener=lambda path, flags: os.open(path, flags, 0o755)) as file:
        file.write("#!/bin/sh\n")
    with open(CONFIG, encoding="utf-8") as file:
        kept = file.read()
    with open(CONFIG, "w", encoding="utf-8") as file:
        file.write(kept.replace("[hook]\n", '[hook]\ncommand = ["/home/ann/notify"]\n'))
    do("systemctl", "daemon-reload")
    do("systemctl", "restart", "audienced")
    finds(doctor()[1], "configuration", "problem", "hook.command: the program /home/ann/notify cannot be run: it is hidden from the service",
          "(ProtectHome=)", "move it, to /srv for example")
    with open(CONFIG, "w", encoding="utf-8") as file:
        file.write(kept)
    do("systemctl", "restart", "audienced")
    equal(doctor()[0], 0, "the exit code in the end")


def users():
    do("useradd", "-M", "ann")
    code, found = doctor("ann")
    equal(code, 3, "the exit code of a user without the group")
    before = ["setpriv", f"--reuid={do('id', '-u', 'ann').strip()}", f"--regid={do('id', '-g', 'ann').strip()}", "--clear-groups", "--"]
    typed(finds(found, "group", "problem", "ann is not in the group audienced").removeprefix("root adds the user with "), ", which")
    code, found = doctor(session=before)
    equal(code, 3, "the exit code of a session that began before")
    finds(found, "group", "problem", "this session began before", "log out and in again")
    code, found = doctor("ann")
    equal((code, found["group"]["state"]), (1, "ok"), "a new session, without a role")
    typed(finds(found, "role", "problem", "takes the role viewer").removeprefix("root gives it with "))
    code, found = doctor("ann")
    equal((code, found["role"]["state"], found["database"]["state"]), (0, "ok", "not_checked"), f"a viewer: {found['role']}")


def a_service_that_is_stopped_or_has_failed():
    do("systemctl", "stop", "audienced.socket", "audienced.service")
    code, found = doctor()
    equal(code, 3, "the exit code while it is stopped")
    typed(finds(found, "daemon", "problem", "does not run", "systemctl"))
    equal(doctor()[0], 0, "the exit code after the command that it gave")
    with open(CONFIG, "a", encoding="utf-8") as file:
        file.write("colour = 1\n")
    do("systemctl", "restart", "audienced", expect=1)
    code, found = doctor()
    equal(code, 3, "the exit code after a failed start")
    remedy = finds(found, "daemon", "problem", "has failed (exit-code)", "journalctl -u audienced -n 20")
    equal("colour" in do("bash", "-ec", remedy.split(" says why")[0]), True, "what the command shows that it gave")
    do("sed", "-i", "/^colour/d", CONFIG)
    do("bash", "-ec", remedy.split("after the mend: ")[1])
    equal(doctor()[0], 0, "the exit code in the end")


def checks():
    do(os.path.join(SOURCE, "systemd", "install.sh"), BUILD)
    for one in (an_installed_service, folders_that_the_unit_hides, users, a_service_that_is_stopped_or_has_failed):
        print(f"- {one.__name__.replace('_', ' ')}", flush=True)
        one()


if __name__ == "__main__":
    verdict(checks)
