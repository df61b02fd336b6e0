#!/usr/bin/env python3
"""audiencectl doctor: each likely mistake is made for real in a daemon of its own; the answer names it and the command that mends it."""
import grp
import json
import os
import shutil
import sqlite3
import subprocess
import sys

from clock import LIBRARY
from daemon import Failed
from doctor_place import USER, Ordinary, Place, configured, needs_root
from harness import NotTested, equal, main

FRESH = {"clock_synchronised", "configuration"}  # warnings of a machine on which audienced is not installed


def test_a_sound_daemon(binaries):
    with Place(binaries) as world:
        code, examined = world.asked("--full")
        equal((code, examined["ok"], examined["reached"]), (0, True, True), "the verdict")
        bad = [one for one in examined["checks"] if one["state"] != "ok" and one["name"] not in FRESH]
        equal(bad, [], "what is not ok")
        equal({one["name"].split(":")[0] for one in examined["checks"]},
              {"daemon", "group", "clock_synchronised", "role", "state_directory", "disk_space", "database", "audit", "forgets", "configuration", "time_zones",
               "clock", "certificates", "proxy", "host", "source", "connection", "schedules"}, "the checks")
        for one in examined["checks"]:
            equal(sorted(one), ["message", "name", "remedy", "state"], "the members of a check")
        shown = world.ctl("doctor").out
        equal("0 problems" in shown.splitlines()[0], True, shown)
        world.ctl("doctor", "--full", "--hooks", expect=2)
        world.check_nobody_harmed()
        world.check_no_traces()


def test_rights_of_files(binaries):
    with Ordinary(binaries) as world:
        equal([one for one in world.asked()[1]["checks"] if one["state"] == "problem"], [], "problems before")
        closed = world.path("closed")
        os.mkdir(closed, 0o700)
        os.rename(world.path("crm.db"), os.path.join(closed, "crm.db"))
        os.symlink(os.path.join(closed, "crm.db"), world.path("crm.db"))
        world.finds("source:crm", "problem", f"may not enter the folder {closed}", f"setfacl -m u:daemon:x {closed}")
        os.chmod(world.sandbox.ca_file, 0o600)
        world.finds("certificates", "problem", "may not read the file", "the connection shop")
        os.chmod(world.sandbox.ca_file, 0o644)
        key = os.path.join(world.daemon.state, "master.key")
        os.chmod(key, 0o640)
        world.finds("state_directory", "problem", "mode 0640", f"chmod 600 {key}")
        os.chmod(key, 0o600)
        os.chmod(world.daemon.state, 0o755)
        world.finds("state_directory", "warning", "mode 0755", f"chmod 700 {world.daemon.state}")
        os.chmod(world.daemon.state, 0o700)
        os.chown(os.path.join(world.daemon.state, "audit-head"), 0, 0)
        world.finds("state_directory", "problem", "belongs to the user root", f"chown -R daemon:daemon {world.daemon.state}")
        os.chown(os.path.join(world.daemon.state, "audit-head"), USER, USER)
        os.rename(key, key + ".away")
        world.finds("state_directory", "problem", "master.key is gone", "from a backup")
        # Each of these keeps the next start from succeeding.
        for content, words in ((b"\0" * 32, "holds another key"), (b"", "does not hold exactly 32 bytes"), (b"x" * 282_000, "does not hold exactly 32 bytes")):
            with open(key, "wb") as file:
                file.write(content)
            os.chmod(key, 0o600)
            os.chown(key, USER, USER)
            world.finds("state_directory", "problem", words)
            os.unlink(key)
        os.rename(key + ".away", key)
        for name in sorted(os.listdir(world.daemon.state)):
            path = os.path.join(world.daemon.state, name)
            os.chown(path, 0, 0)
            world.finds("state_directory", "problem", f"{name} belongs to the user root", f"chown -R daemon:daemon {world.daemon.state}")
            os.chown(path, USER, USER)
            before = os.stat(path).st_mode & 0o777
            os.chmod(path, 0)
            world.finds("state_directory", "problem", "is closed to audienced itself (mode 0000)", path)
            os.chmod(path, before)
        equal(world.checks()["state_directory"][0]["state"], "ok", "the state directory in the end")
        os.unlink(world.path("crm.db"))
        world.finds("source:crm", "problem", "is not there", "check the path")


def test_a_small_and_full_disk(binaries):
    needs_root("a file system of its own")

    class Small(Place):
        options = "size=48m"

        def __enter__(self):
            os.mkdir(self.daemon.state, 0o700)
            done = subprocess.run(["mount", "-t", "tmpfs", "-o", self.options + ",mode=0700", "none", self.daemon.state], capture_output=True, check=False)
            if done.returncode != 0:
                shutil.rmtree(self.folder)
                raise NotTested("a small disk: no file system can be mounted here")
            return super().__enter__()

        def __exit__(self, *what):
            self.daemon.kill()
            subprocess.run(["umount", self.daemon.state], check=True)
            super().__exit__(*what)

    with Small(binaries) as world:
        world.finds("disk_space", "problem", "MiB are free", "df -h " + world.daemon.state)
        equal(world.asked()[0], 1, "the exit code")
        Small.options = "size=2g,nr_inodes=90"
    with Small(binaries) as world:
        world.finds("disk_space", "problem", "more files", "df -i " + world.daemon.state)


def test_a_wrong_clock(binaries):
    if not LIBRARY:
        raise NotTested("a wrong clock, since the package faketime is missing")
    with Place(binaries) as world:
        world.daemon.stop()
        world.daemon.environment = {"LD_PRELOAD": LIBRARY, "FAKETIME": "+3700", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        world.daemon.start()
        world.finds("clock", "problem", "61 minutes ahead of that of 127.0.0.1", "timedatectl set-ntp true")
        world.daemon.stop()
        world.daemon.environment["FAKETIME"] = "-100"
        world.daemon.start()
        world.finds("clock", "warning", "behind that of 127.0.0.1", "timedatectl")


def test_a_program_that_cannot_be_started(binaries):
    """The file is there and may be executed: "No such file or directory" was said of it, and meant its interpreter."""
    with Place(binaries) as world:
        program = world.path("notify")
        configured(world, f'[hook]\ncommand = ["{program}"]\n', )
        for content, words in ((b"#!/no/such/perl -w\n", "its interpreter /no/such/perl cannot be run"), (b"#!/bin/sh\r\nexit 0\r\n", "CR LF"),
                               (b"exit 0\n", "neither a compiled program nor a script"), (b"", "the file is empty")):
            with open(program, "wb") as file:
                file.write(content)
            os.chmod(program, 0o755)
            world.finds("configuration", "problem", words)
            done = subprocess.run([world.daemon.program, "--check-config", "--config", world.daemon.config], capture_output=True, text=True, check=False)
            equal((done.returncode, words in done.stderr), (78, True), done.stderr)
            told = world.ctl("doctor", "--hooks", expect=None)
            equal(words in told.text, True, told.text)


def test_the_network(binaries):
    with Place(binaries) as world:
        world.sandbox.stop()
        world.finds("host:127.0.0.1", "problem", "refused the connection", "connection shop")
        world.finds("clock", "not_checked", "no provider told the time")
        configured(world, '[proxy]\nurl = "http://127.0.0.1:1"\n')
        world.finds("host:127.0.0.1", "problem", "through the proxy 127.0.0.1:1")
        configured(world, "")
        world.daemon.environment = {"HTTPS_PROXY": "http://proxy.example:3128"}
        world.stopped("UPDATE connections SET api_base = 'https://no-such-host.invalid'")
        world.finds("host:no-such-host.invalid", "problem", "the name no-such-host.invalid", "DNS servers")
        world.finds("proxy", "warning", "HTTPS_PROXY", "[proxy]")


def test_certificates(binaries):
    with Place(binaries) as world:
        ca, kept = world.sandbox.ca_file, world.path("ca.kept")
        shutil.copy(ca, kept)
        with open(ca, "w", encoding="ascii"):
            pass
        world.finds("certificates", "problem", f"{ca} of the connection shop holds no certificate", "PEM")
        world.finds("host:127.0.0.1", "problem", "holds no certificate", "--ca-file")
        os.unlink(ca)
        world.finds("certificates", "problem", f"{os.path.dirname(ca)} has no {os.path.basename(ca)}")
        shutil.copy(kept, ca)
        world.daemon.stop()
        world.daemon.environment = {"SSL_CERT_FILE": "/nowhere", "SSL_CERT_DIR": "/nowhere"}
        world.daemon.start()
        world.finds("certificates", "problem", "no store of certificate authorities", "ca-certificates")


def test_a_damaged_database(binaries):
    with Place(binaries) as world:
        world.daemon.stop()
        file = os.path.join(world.daemon.state, "audienced.db")
        with sqlite3.connect(file) as db:
            # A row that an index lacks: no look of a start finds it.
            name = "exports_of_connection"
            row = db.execute("SELECT type, name, tbl_name, rootpage, sql FROM sqlite_schema WHERE name = ?", (name,)).fetchone()
            db.execute("PRAGMA writable_schema = ON")
            db.execute("DELETE FROM sqlite_schema WHERE name = ?", (name,))
            db.commit()
        db.close()
        with sqlite3.connect(file) as db:
            db.execute("UPDATE exports SET connection = NULL")
            db.execute("PRAGMA writable_schema = ON")
            db.execute("INSERT INTO sqlite_schema VALUES(?, ?, ?, ?, ?)", row)
            root, size = [db.execute(sql).fetchone()[0] for sql in ("SELECT rootpage FROM sqlite_schema WHERE name = 'served'", "PRAGMA page_size")]
            db.commit()
        db.close()
        world.daemon.start()
        equal(world.checks()["database"][0]["state"], "ok", "what a quick look says")
        world.finds("database", "problem", "is damaged", "put a backup in its place", full=True)
        with open(file, "r+b") as damaged:
            damaged.seek((root - 1) * size)
            damaged.write(b"\xff" * size)
        world.finds("database", "problem", f"{file} is damaged")
        equal(world.asked()[0], 1, "the exit code")


def tamper(world, statement):
    """As one who can write to the file: the triggers are there again afterwards."""
    with sqlite3.connect(os.path.join(world.daemon.state, "audienced.db")) as db:
        triggers = db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            db.execute(f"DROP TRIGGER {name}")
        db.execute(statement)
        for _, sql in triggers:
            db.execute(sql)
    db.close()


def test_the_audit(binaries):
    with Place(binaries) as world:
        with sqlite3.connect(os.path.join(world.daemon.state, "audienced.db")) as db:
            for statement in ("UPDATE audit SET user = 'eve'", "DELETE FROM audit", "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE seq = 2"):
                try:
                    db.execute(statement)
                except sqlite3.IntegrityError:
                    continue
                raise Failed(f"{statement} was not refused")
        db.close()
        rows = world.ctl("audit", "--json").json()
        equal([row["seq"] for row in rows], list(range(len(rows), 0, -1)), "the numbers of the rows")
        world.finds("audit", "ok", f"{len(rows)} rows in one chain", rows[0]["hash"])
        tamper(world, "UPDATE audit SET user = 'eve' WHERE seq = 2")
        world.finds("audit", "problem", "row 2 of the audit is not what was written", "audiencectl audit")
        tamper(world, "UPDATE audit SET user = 'root' WHERE seq = 2")
        equal(world.checks()["audit"][0]["state"], "ok", "the audit as it was")
        tamper(world, f"DELETE FROM audit WHERE seq > {len(rows) - 2}")
        world.finds("audit", "problem", f"rows {len(rows) - 1} to {len(rows)} of the audit are missing at the end")
        # So that the database itself does not count them any more.
        tamper(world, f"UPDATE sqlite_sequence SET seq = {len(rows) - 2} WHERE name = 'audit'")
        world.finds("audit", "problem", f"rows {len(rows) - 1} to {len(rows)} of the audit are missing at the end")
        world.daemon.stop()
        world.daemon.start()
        world.finds("audit", "warning", "1 gap", "older backup")
        newest = world.ctl("audit", "--json", "--limit", "1").json()[0]
        equal((newest["action"], newest["uid"], newest["before"], newest["after"]),
              ("audit rows missing", -1, {"newest": len(rows)}, {"newest": len(rows) - 2}), "the row about it")
        world.ctl("export", "disable", "spring")
        world.finds("audit", "warning", "1 gap")
        head = os.path.join(world.daemon.state, "audit-head")
        with open(head, "w", encoding="ascii") as file:
            file.write("1 2 3\n")
        world.finds("audit", "problem", "audit-head is not what this program wrote")
        os.unlink(head)
        world.finds("audit", "problem", "audit-head", "is missing", "compare with a backup")
        world.ctl("export", "enable", "spring")
        equal(os.path.exists(head), True, "the file that the next row writes")


def test_an_audit_that_lost_its_end_and_its_witness_is_told_for_good(binaries):
    """All rows, or the newest, were removed with what counts them and with audit-head: after a restart doctor said that all was well."""
    for removed, kept in (("seq > 0", 0), ("seq > 4", 4)):
        with Place(binaries) as world:
            tamper(world, f"DELETE FROM audit WHERE {removed}")
            tamper(world, "DELETE FROM sqlite_sequence WHERE name = 'audit'" if kept == 0 else f"UPDATE sqlite_sequence SET seq = {kept} WHERE name = 'audit'")
            os.unlink(os.path.join(world.daemon.state, "audit-head"))
            world.finds("audit", "problem", "the audit is empty" if kept == 0 else "audit-head")
            for _ in range(2):
                world.daemon.stop()
                world.daemon.start()
                world.finds("audit", "problem", f"before row {kept + 1}", "compare with a backup")
            with open(world.daemon.log_path, encoding="utf-8") as log:
                equal(log.read().count("audit_doubtful"), 1, "the event of the start that found it")
            world.ctl("doctor", expect=1)


def test_what_the_daemon_does_is_in_the_audit(binaries):
    with Place(binaries) as world:
        world.ctl("export", "edit", "spring", "--hold")
        world.ctl("run", "spring", "--follow", expect=7)
        world.ctl("export", "edit", "spring", "--title", "Another")

        def own():
            return [row for row in world.ctl("audit", "--json").json() if row["uid"] == -1]
        until = [row["action"] for row in own()]
        for _ in range(200):
            if "held plan expired" in until:
                break
            world.ctl("status")
            until = [row["action"] for row in own()]
        equal(until, ["held plan expired", "database created"], "rows of the daemon itself")
        row = own()[0]
        equal((row["user"], row["before"]["status"], row["after"]["status"], row["after"]["export"]), ("audienced", "held", "cancelled", "spring"), "the row")
        shown = world.ctl("audit", "--limit", "3").out
        equal([words in shown for words in ("audienced itself  held plan expired run 1", "status  held -> cancelled", "title", "Another")], [True] * 4, shown)
        world.sandbox.call("POST", "revoke", {"api_key": world.key})
        world.ctl("connection", "test", "shop", expect=None)
        equal(own()[0]["action"], "connection needs a new key", "the newest row of the daemon")
        world.finds("connection:shop", "problem", "1 export does not run", "connection edit shop --api-key-file")


def test_schedules_that_never_fire(binaries):
    with Place(binaries) as world:
        equal(world.checks()["schedules"][0]["state"], "ok", "schedules in the beginning")
        world.ctl("schedule", "off")
        world.finds("export:spring", "warning", "the refresh schedule, which is off", "audiencectl schedule set")
        equal(world.asked()[0], 0, "the exit code of warnings")
        world.ctl("export", "disable", "spring")
        world.finds("export:spring", "warning", "is disabled", "audiencectl export enable spring")
        world.ctl("export", "enable", "spring")
        world.stopped("UPDATE exports SET schedule = 'daily 02:00', timezone = 'Mars/Base'")
        world.finds("export:spring", "problem", "never starts it", "audiencectl export edit spring --schedule")
        world.finds("time_zones", "problem", "Mars/Base of the export spring", "tzdata")
        world.ctl("connection", "remove", "shop", "--detach")
        world.finds("export:spring", "warning", "has no connection", "audiencectl export attach spring")


def test_zone_data(binaries):
    needs_root("other zone data")
    with Place(binaries) as world:
        with open(world.path("old.zi"), "w", encoding="ascii") as file:
            file.write("# version 2021a\n")
        plain = world.daemon.argv

        def in_a_world_where(command):
            world.daemon.stop()
            world.daemon.argv = lambda: ["unshare", "--mount", "sh", "-ec", f'{command}; exec "$@"', "sh", *plain()]
            world.daemon.start()
        if subprocess.run(["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False).returncode != 0:
            raise NotTested("other zone data: no file system can be mounted here")
        in_a_world_where(f"mount --bind {world.path('old.zi')} /usr/share/zoneinfo/tzdata.zi")
        world.finds("time_zones", "warning", "2021a", "apt-get install tzdata")
        in_a_world_where("mount -t tmpfs none /usr/share/zoneinfo")
        world.finds("time_zones", "problem", "Europe/Berlin of the refresh schedule cannot be used", "apt-get install tzdata")
        world.finds("schedules", "problem", "the refresh schedule has no next start")


def test_what_the_configuration_names(binaries):
    with Place(binaries) as world:
        program, ca = world.path("notify"), world.path("none.pem")
        with open(program, "w", encoding="ascii") as file:
            file.write("#!/bin/sh\n")
        configured(world, f'[hook]\ncommand = ["{program}"]\n[roles]\nviewers = ["no-such-group"]\n[heartbeat]\nca_file = "{ca}"\n')
        world.finds("configuration", "problem", f"{program} is not executable", f"chmod 755 {program}")
        world.finds("configuration", "problem", "there is no group no-such-group", "groupadd -r no-such-group")
        world.finds("certificates", "problem", "heartbeat.ca_file")
        os.chmod(program, 0o755)
        equal([one for one in world.checks()["configuration"] if "hook" in one["message"]], [], "faults of the hook once it is mended")


def test_users_who_are_let_in_or_not(binaries):
    needs_root("other users")
    group = grp.getgrnam("users")
    with Place(binaries, config=None) as world:
        configured(world, f'[roles]\nviewers = ["{group.gr_name}"]\n')
        os.chmod(world.folder, 0o755)
        program = shutil.copy(world.ctl.program, world.folder)

        def ask(*groups, words=("--json",)):
            who = ["setpriv", f"--reuid={USER}", f"--regid={USER}", f"--groups={','.join(map(str, groups))}"] if groups else \
                ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]
            done = subprocess.run([*who, program, "doctor", *words, "--socket", world.daemon.socket], capture_output=True, text=True, timeout=60, check=False)
            return done.returncode, done.stdout

        os.chown(world.daemon.socket, 0, group.gr_gid)
        code, out = ask()
        found = {one["name"]: one for one in json.loads(out)["checks"]}
        equal((code, json.loads(out)["reached"], found["group"]["state"]), (3, False, "problem"), "a user without the group")
        equal(f"usermod -aG {group.gr_name} daemon" in found["group"]["remedy"], True, found["group"])
        equal(found["daemon"]["state"], "not_checked", "whether the daemon runs")
        code, out = ask(group.gr_gid)
        found = {one["name"]: one for one in json.loads(out)["checks"]}
        equal((code, found["role"]["message"], found["disk_space"]["state"]), (0, "the user daemon has the role viewer", "not_checked"), "a viewer")
        equal([one for one in found if ":" in one], [], "what a viewer hears of connections and sources")
        shown = ask(group.gr_gid, words=())[1]
        equal("not checked: state_directory, disk_space" in shown, True, shown)
        configured(world, "")
        os.chown(world.daemon.socket, 0, group.gr_gid)
        code, out = ask(group.gr_gid)
        found = {one["name"]: one for one in json.loads(out)["checks"]}
        equal((code, found["role"]["state"], "usermod -aG audienced-viewer daemon" in found["role"]["remedy"]), (1, "problem", True), f"a user without a role: {found['role']}")
        world.daemon.stop()
        code, out = ask()
        found = {one["name"]: one for one in json.loads(out)["checks"]}
        equal((code, found["daemon"]["state"]), (3, "problem"), "a daemon that does not run")
        equal("systemctl start audienced" in found["daemon"]["remedy"], True, found["daemon"])


if __name__ == "__main__":
    sys.exit(main(globals()))
