#!/usr/bin/python3 -B
"""SOURCE_DIR BUILD_TREE, inside the container of systemd_boot.sh, as root: the commands of docs/MONITORING.md, typed as they stand there, watch the
installed service: by cron's line, by a plugin, by a timer, by OnFailure= and in the journal."""
import os
import re
import sys
import time

source_dir, build = sys.argv[1:3]
sys.path.insert(0, os.path.join(source_dir, "tests", "integration"))
from daemon import Failed  # noqa: E402
from harness import AUDIENCE, equal  # noqa: E402
from install_test import commands_of  # noqa: E402
from installed import ctl, do, verdict  # noqa: E402
from sandbox import Sandbox  # noqa: E402

KEY, CONFIG, MAILS = "0123456789abcdef0123456789abcdef-us6", "/etc/audienced/audienced.toml", "/mails"
FILE = "/srv/crm/all|1.csv"
PAGE = commands_of("docs/MONITORING.md")
untyped = set(PAGE)


def typed(name):
    untyped.discard(name)
    return do("bash", "-eo", "pipefail", "-c", PAGE[name])


def furnish(sandbox):
    # In the place of a mail program: what it is told, each mail ending with a line of its own.
    with open("/usr/local/bin/mail", "w", encoding="ascii") as file:
        file.write(f'#!/bin/sh\n{{ echo "$@"; cat; echo END; }} >> {MAILS}\n')
    os.chmod("/usr/local/bin/mail", 0o755)
    os.makedirs("/srv/crm")
    write_rows()
    do("install", "-m", "0644", sandbox.ca_file, "/srv/ca.pem")
    ctl("source", "add", "crm", "--csv", "/srv/crm")
    ctl("segment", "add", "all", "--source", "crm", "--file", os.path.basename(FILE), "--title", "Customers")
    ctl("connection", "add", "shop", "--provider", "mailchimp", "--consent", "--api-key-file", "-", "--api-base", sandbox.base, "--ca-file", "/srv/ca.pem",
        stdin=KEY + "\n")
    ctl("export", "add", "all", "--connection", "shop", "--destination", AUDIENCE, "--segment", "all", "--email", "email", "--schedule", "manual")
    ctl("run", "all", "--follow")


def write_rows():
    with open(FILE, "w", encoding="ascii") as file:
        file.write("email\nann@example.org\nbob@example.org\n")


def mails(subject):
    if not os.path.exists(MAILS):
        return []
    with open(MAILS, encoding="utf-8") as file:
        return [mail for mail in file.read().split("END\n")[:-1] if mail.startswith(f"-s {subject} on ")]


def await_mail(subject, count):
    until = time.monotonic() + 60
    while len(found := mails(subject)) < count:
        if time.monotonic() > until:
            raise Failed(f"mails {subject}: {found}")
        time.sleep(0.05)
    return found[-1]


def shown(name, unit="audienced.service"):
    return do("systemctl", "show", "-P", name, unit).strip()


def by_cron():
    """The line of the file, as cron runs it -> what it prints"""
    with open("/etc/cron.d/audienced-check", encoding="ascii") as file:
        *settings, line = file.read().splitlines()
    *when, user, job = line.split(None, 6)
    equal(len(when), 5, f"fields of the time in {line}")
    return do("runuser", "-u", user, "--", "env", "-i", *settings, "/bin/sh", "-c", job)


def by_plugin(expect, user="monitor"):
    return do("runuser", "-u", user, "--", "env", "-i", "/usr/local/lib/nagios/plugins/check_audienced", expect=expect)


def check_while_all_is_well():
    print("- a monitoring user is let in by the commands of the page, and finds that all is well", flush=True)
    typed("monitor-user")
    typed("monitor-user")  # takes what is there
    typed("monitor-cron")
    typed("monitor-nagios")
    equal(by_cron(), "", "what cron would mail")
    equal(by_plugin(0), "all exports are up to date: 1\n", "what the plugin says")
    print("- the units of the page are in order", flush=True)
    typed("monitor-failure")
    typed("monitor-timer")
    do("systemd-analyze", "verify", "audienced-check.service", "audienced-check.timer", "notify-failure@audienced.service")
    equal(do("systemctl", "is-active", "audienced-check.timer"), "active\n", "the timer")
    do("systemctl", "start", "audienced-check.service")
    typed("monitor-failure-try")
    await_mail("audienced failed", 1)
    equal(mails("audienced-check failed"), [], "mails while all is well")


def check_an_export_that_is_skipped():
    print("- an export that was skipped is told by cron, the plugin and the timer's unit", flush=True)
    os.unlink(FILE)
    ctl("run", "all", "--follow", expect=7)
    equal(by_cron().startswith("all: skipped since "), True, "what cron mails")
    said = by_plugin(2)  # a viewer reads no path
    equal(("all: skipped since " in said, "1.csv" in said), (True, False), f"what the plugin says to a viewer: {said}")
    said = by_plugin(2, "root")
    equal(("all/1.csv" in said, "|" in said), (True, False), f"what the plugin says to an administrator: {said}")
    do("systemctl", "start", "audienced-check.service", expect=1)
    mail = await_mail("audienced-check failed", 1)
    equal("all: skipped since " in mail, True, f"the mail: {mail}")
    write_rows()
    ctl("run", "all", "--follow")
    do("systemctl", "start", "audienced-check.service")
    equal(len(mails("audienced-check failed")), 1, "mails of it")


def check_a_daemon_that_does_not_start():
    print("- a crash after which systemd restarts it is not told", flush=True)
    do("systemctl", "kill", "-s", "KILL", "audienced.service")
    until = time.monotonic() + 60
    while shown("NRestarts") != "1" or shown("ActiveState") != "active":
        if time.monotonic() > until:
            raise Failed(f"it was not restarted: {shown('ActiveState')}")
        time.sleep(0.05)
    equal(len(mails("audienced failed")), 1, "mails of the trial alone")
    print("- a daemon that does not start is told with the reason, and not each time that a client starts it again", flush=True)
    with open(CONFIG, encoding="utf-8") as file:
        before = file.read()
    with open(CONFIG, "a", encoding="utf-8") as file:
        file.write('colour = "red"\n')
    do("systemctl", "restart", "audienced.service", expect=1)
    mail = await_mail("audienced failed", 2)
    equal("colour" in mail, True, f"the mail: {mail}")
    for _ in range(3):
        equal(by_plugin(2).startswith("audiencectl: "), True, "what the plugin says of a daemon that is not there")
    equal(shown("Result", "audienced.socket"), "service-start-limit-hit", "the socket")
    equal(len(mails("audienced failed")) <= 3, True, f"mails in an hour: {mails('audienced failed')}")
    with open(CONFIG, "w", encoding="utf-8") as file:
        file.write(before)
    typed("monitor-mended")
    equal(by_cron(), "", "what cron would mail after that")


def check_the_journal():
    print("- every query of the page finds something", flush=True)
    untyped.discard("monitor-journal")
    for line in PAGE["monitor-journal"].splitlines():
        found = do("bash", "-c", line)
        equal(bool(found.strip()) and "No entries" not in found, True, f"what `{line}` finds: {found}")
        if "MESSAGE_ID" in line:
            equal("run 2 of export all was skipped" in found, True, f"what `{line}` finds: {found}")
    typed("monitor-hooks")
    typed("monitor-hooks-failed")
    equal(untyped, set(), "commands of the page that were not typed")
    with open(os.path.join(source_dir, "docs", "MONITORING.md"), encoding="utf-8") as page:
        blocks = re.findall(r"^(\S.*)\n\n?( {4}\S.*)", page.read(), re.M)
    equal([first for before, first in blocks if not before.startswith("<!-- commands: ")], [], "commands of the page without a mark")


def boot():
    print("- is installed", flush=True)
    do(f"{source_dir}/systemd/install.sh", build)
    sandbox = Sandbox(build, "/root/sandbox").start()
    sandbox.account("shop", KEY)
    sandbox.audience("shop", AUDIENCE, ("FNAME", "LNAME"))
    furnish(sandbox)
    check_while_all_is_well()
    check_an_export_that_is_skipped()
    check_a_daemon_that_does_not_start()
    check_the_journal()
    sandbox.stop()


verdict(boot)
