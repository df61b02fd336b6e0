#!/usr/bin/python3 -B
"""SOURCE_DIR BUILD_TREE, inside the container of systemd_boot.sh, as root: the installed service tells every receiver of a skipped run that its
schedule started, again after a restart, and a program that is telling is not ended by a stop. The last line is "all good", or says what is not."""
import json
import os
import subprocess
import sys
import time

source_dir, build = sys.argv[1:3]
sys.path.insert(0, os.path.join(source_dir, "tests", "integration"))
from daemon import Failed  # noqa: E402
from harness import AUDIENCE, equal  # noqa: E402
from installed import ctl, do, verdict  # noqa: E402
from receivers import PATHS, SECRET, Relay, Web, mail_body  # noqa: E402
from sandbox import Sandbox  # noqa: E402

KEY, CONFIG, STATE = "0123456789abcdef0123456789abcdef-us6", "/etc/audienced/audienced.toml", "/var/lib/audienced"
HOOK = f"""#!/bin/sh
cat >> {STATE}/told
[ ! -e {STATE}/wait ] || {{ : > {STATE}/began; while [ -e {STATE}/wait ]; do sleep 0.1; done; : > {STATE}/ended; }}
"""


def secret(name, text):
    path = f"/etc/audienced/{name}"
    with open(path, "w", encoding="ascii") as file:
        file.write(text + "\n")
    do("chgrp", "audienced", path)
    os.chmod(path, 0o640)
    return path


def configure(web, relay):
    with open("/usr/local/bin/notify-team", "w", encoding="ascii") as file:
        file.write(HOOK)
    os.chmod("/usr/local/bin/notify-team", 0o755)
    ca_file = "/etc/audienced/receiver.pem"
    do("install", "-m", "0644", web.ca_file, ca_file)
    with open(CONFIG, "w", encoding="ascii") as file:
        file.write(f"""[hook]
command = ["/usr/local/bin/notify-team"]
[webhook]
url = "{web.url('webhook')}"
secret_file = "{secret('webhook-secret', SECRET)}"
ca_file = "{ca_file}"
[slack]
url_file = "{secret('slack-url', web.url('slack'))}"
ca_file = "{ca_file}"
[email]
relay = "localhost:{relay.port}"
from = "audienced@crm.example"
to = ["ops@example.org"]
[heartbeat]
url_file = "{secret('heartbeat-url', web.url('heartbeat'))}"
ca_file = "{ca_file}"
""")
    do("systemctl", "reload", "audienced")


def furnish(sandbox):
    os.makedirs("/srv/crm")
    write_rows()
    do("install", "-m", "0644", sandbox.ca_file, "/srv/ca.pem")
    ctl("source", "add", "crm", "--csv", "/srv/crm")
    ctl("segment", "add", "all", "--source", "crm", "--file", "all.csv", "--title", "Customers")
    ctl("connection", "add", "shop", "--provider", "mailchimp", "--consent", "--api-key-file", "-", "--api-base", sandbox.base, "--ca-file", "/srv/ca.pem",
        stdin=KEY + "\n")
    ctl("export", "add", "all", "--connection", "shop", "--destination", AUDIENCE, "--segment", "all", "--email", "email")
    ctl("schedule", "set", "* * * * *", "--timezone", "UTC")


def write_rows():
    with open("/srv/crm/all.csv", "w", encoding="ascii") as file:
        file.write("email\nann@example.org\nbob@example.org\n")


def told(web, relay, state, again):
    """By every way -> the webhook's message"""
    def fits(message):
        return (message["subject"], message["state"], message["again"]) == ("export:all", state, again)
    message = web.came[PATHS["webhook"]].await_one(lambda came: fits(json.loads(came["body"])), f"the webhook {state} {again}", 90)
    web.came[PATHS["slack"]].await_one(lambda came: f"export all: {state}" in json.loads(came["body"])["text"], f"the chat {state}", 90)
    relay.came.await_one(lambda came: fits(mail_body(came["mail"])[1]), f"the mail {state}", 90)
    until = time.monotonic() + 60
    while not [line for line in by_command() if fits(line)]:
        if time.monotonic() > until:
            raise Failed(f"the program was never told {state}")
        time.sleep(0.05)
    return json.loads(message["body"])


def by_command():
    try:
        with open(f"{STATE}/told", encoding="utf-8") as file:
            return [json.loads(line) for line in file if line.endswith("\n")]
    except FileNotFoundError:
        return []


def touch(path):
    open(path, "w", encoding="ascii").close()
    do("chown", "audienced:audienced", path)


def await_file(path):
    until = time.monotonic() + 60
    while not os.path.exists(path):
        if time.monotonic() > until:
            raise Failed(f"there never was a file {path}")
        time.sleep(0.05)


def check(web, relay, sandbox):
    configure(web, relay)
    print("- every way works from within the sandbox of the unit")
    equal([one["ok"] for one in json.loads(ctl("doctor", "--hooks", "--json"))["hooks"]], [True] * 5, "doctor --hooks")
    for came in list(web.came.values()) + [relay.came]:
        came.messages.clear()
    os.unlink(f"{STATE}/told")
    print("- a good refresh of the schedule calls the heartbeat")
    furnish(sandbox)
    web.came[PATHS["heartbeat"]].await_one(lambda _: True, "the heartbeat", 90)
    print("- a run of the schedule that is skipped is told by every way")
    touch(f"{STATE}/wait")  # before the file is gone, since a start of the schedule may come at once
    os.unlink("/srv/crm/all.csv")
    first = web.came[PATHS["webhook"]].await_one(lambda came: json.loads(came["body"])["state"] == "skipped", "the webhook", 90)
    print("- a stop waits for the program that is told")
    await_file(f"{STATE}/began")
    stopping = subprocess.Popen(["systemctl", "stop", "audienced.socket", "audienced.service"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while "deactivating" not in do("systemctl", "show", "-P", "ActiveState", "audienced.service"):
        time.sleep(0.05)
    os.unlink(f"{STATE}/wait")
    equal(stopping.wait(60), 0, "the stop")
    equal(os.path.exists(f"{STATE}/ended"), True, "the program came to its end")
    equal(len(by_command()), 1, "calls of the program")
    print("- after the start it is told again, and so is its end")
    do("systemctl", "start", "audienced.socket", "audienced.service")
    again = told(web, relay, "skipped", True)
    equal(again["since"], json.loads(first["body"])["since"], "since when")
    write_rows()
    ctl("run", "all", "--follow")
    told(web, relay, "ok", False)
    print("- what keeps it from starting is an event of the journal")
    os.unlink("/etc/audienced/webhook-secret")
    subprocess.run(["systemctl", "restart", "audienced.service"], capture_output=True, check=False)
    entry = json.loads(do("journalctl", "-q", "-u", "audienced", "-p", "err", "-n", "1", "-o", "json", "EVENT=start_failed"))
    equal((entry["PRIORITY"], "webhook.secret_file" in entry["MESSAGE"], len(entry["MESSAGE_ID"])), ("3", True, 32), "the entry")


def boot():
    print("- is installed", flush=True)
    do(f"{source_dir}/systemd/install.sh", build)
    web, relay, sandbox = Web("/root"), Relay(), Sandbox(build, "/root/sandbox").start()
    sandbox.account("shop", KEY)
    sandbox.audience("shop", AUDIENCE, ("FNAME", "LNAME"))
    check(web, relay, sandbox)
    sandbox.stop()


verdict(boot)
