#!/usr/bin/env python3
"""./dev demo: a sample customer database reaches a sandbox audience; then a few customers change, and only they go out. Runs without
an account anywhere, with or without a terminal, and leaves nothing behind."""
import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import unicodedata

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "integration"))
import people  # noqa: E402
from daemon import Ctl, Daemon, Failed  # noqa: E402
from sandbox import Sandbox  # noqa: E402

CUSTOMERS, CHANGED, LEFT, CAME = 10_000, 100, 20, 30
AUDIENCE = "a1b2c3d4e5"
LIST = "04fe9a97-a579-43c5-bb1a-58ed29bf0a6a"
SEGMENTS = (("readers", "newsletter_readers", "Newsletter readers"), ("loyal", "loyal_customers", "Loyal customers"))


def say(text=""):
    print(text, flush=True)


def headline(text):
    say(f"\n=== {text}")


class Shop:
    """Runs the commands as one would type them, and shows them."""

    def __init__(self, ctl):
        self.ctl = ctl

    def __call__(self, *words, stdin=None):
        shown = " ".join(shlex.quote(word) for word in words)
        say(f"$ audiencectl {shown}")
        environment = {name: os.environ[name] for name in ("PATH", "TERM", "COLUMNS", "LINES", "NO_COLOR") if name in os.environ}
        done = subprocess.run([self.ctl.program, *words, "--socket", self.ctl.daemon.socket], env=environment | {"LC_ALL": "C.UTF-8"},
                              input=stdin, text=True, check=False, **({} if stdin else {"stdin": subprocess.DEVNULL}))
        if done.returncode:
            raise Failed(f"audiencectl ended with {done.returncode}; the end of the daemon's log:\n{self.ctl.daemon.tail()}")


def calls(sandbox):
    """-> (sentence about the calls since the last time, number of those that wrote)"""
    seen = sandbox.counters()
    sandbox.reset_counters()
    harm = sum(seen["must_stay_zero"].values())
    if harm:
        raise Failed(f"the sandbox saw what must not happen: {seen['must_stay_zero']}")
    writes, reads = seen["writes"], seen["reads"]
    return f"{writes} call{'s that write' if writes != 1 else ' that writes'}, {reads} that read", writes


def tell_audience(sandbox):
    members = sandbox.dump(AUDIENCE)
    tags = {title: sum(title in found[1] for found in members.values()) for _, _, title in SEGMENTS}
    say(f"The audience holds {len(members):,} contacts: " + ", ".join(f"{count:,} tagged '{title}'" for title, count in tags.items()) + ".")
    for address, (_, found, values) in sorted(members.items())[:10_000:1_700]:
        say(f"    {address:<38} {padded(' '.join(filter(None, values)), 34)} {', '.join(sorted(found))}")


def padded(text, width):
    """To a width in terminal cells: ideographs take two, marks take none."""
    cells = sum(0 if unicodedata.combining(c) or unicodedata.category(c) in ("Mn", "Me", "Cf") else
                2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
    return text + " " * max(0, width - cells)


def run(binaries, folder):
    database = os.path.join(folder, "customers.db")
    people.make(database, CUSTOMERS, 1)
    sandbox = Sandbox(binaries, os.path.join(folder, "sandbox")).start()
    daemon = Daemon(binaries, folder)
    try:
        key = os.urandom(16).hex() + "-us6"
        sandbox.account("demo", key)
        sandbox.audience("demo", AUDIENCE, ["FNAME", "LNAME"])
        # As slow as the real thing is on a good day.
        sandbox.knobs(mc_latency_min_ms=150, mc_latency_max_ms=400, mc_bulk_latency_min_ms=900, mc_bulk_latency_max_ms=1800)
        daemon.start()
        walkthrough(Shop(Ctl(binaries, daemon)), sandbox, database, key)
        daemon.account()
        say(f"\nThe daemon took {daemon.cpu_seconds:.1f} s of processor time and at most {daemon.peak_kb / 1024:.0f} MB of memory for all this.")
        daemon.stop()
    finally:
        daemon.kill()
        sandbox.stop()


def walkthrough(shop, sandbox, database, key):
    headline("Where the customers are, and which of them go where")
    shop("source", "add", "crm", "--sqlite", database)
    for name, view, title in SEGMENTS:
        shop("segment", "add", name, "--source", "crm", "--table", view, "--title", title)

    headline("An account at the provider: here a sandbox on this machine; the key comes on standard input")
    shop("connection", "add", "mailchimp", "--provider", "mailchimp", "--consent", "--api-key-file", "-",
         "--api-base", sandbox.base, "--ca-file", sandbox.ca_file, stdin=key + "\n")
    shop("export", "add", "customers", "--connection", "mailchimp", "--destination", AUDIENCE, "--segment", "readers", "--segment", "loyal",
         "--email", "email", "--map", "first_name=first_name", "--map", "last_name=last_name", "--map", "city=CITY", "--create-fields")
    sandbox.reset_counters()

    headline(f"The first run: {CUSTOMERS:,} customers with names from {len(people.CITIES)} places")
    shop("run", "customers", "--follow")
    sentence, _ = calls(sandbox)
    say(f"It took {sentence}.")
    sandbox.fields = "FNAME,LNAME,CITY"
    tell_audience(sandbox)
    sandbox.reset_counters()

    headline(f"Time passes: {CHANGED} move to another city, {LEFT} leave, {CAME} are new")
    people.pass_time(database, CHANGED, LEFT, CAME, 1)
    shop("run", "customers", "--follow")
    sentence, writes = calls(sandbox)
    say(f"It took {sentence}. Fewer cannot be: one for the {CHANGED + CAME} contacts with new values, and one for each tag,"
        if writes == 3 else f"It took {sentence}: for the {CHANGED + CAME} contacts with new values, and for each tag,")
    say("which puts newcomers in and takes leavers out. Leavers keep their contact; no contact is deleted or unsubscribed.")

    headline("The same segments to the other provider: one list takes them all, in imports of up to 39,999 rows")
    token = sandbox.contact_list("demo", LIST, "demo-application")
    shop("connection", "add", "constant-contact", "--provider", "constant-contact", "--consent", "--client-id", "demo-application",
         "--api-base", sandbox.base, "--login-base", sandbox.base, "--ca-file", sandbox.ca_file)
    say("(with a real account: audiencectl connection authenticate constant-contact, which opens the provider's own page)")
    shop("connection", "import-token", "constant-contact", "--token-file", "-", stdin=json.dumps(token) + "\n")
    shop("export", "add", "customers-by-list", "--connection", "constant-contact", "--destination", LIST, "--segment", "readers",
         "--segment", "loyal", "--email", "email", "--map", "first_name=first_name", "--map", "last_name=last_name")
    sandbox.reset_counters()
    shop("run", "customers-by-list", "--follow")
    sentence, _ = calls(sandbox)
    say(f"It took {sentence}. The list holds {len(sandbox.dump_list('demo', LIST)):,} contacts.")

    headline("Nothing changed since: both exports again, and nothing is sent")
    sandbox.reset_counters()
    shop("run", "customers", "customers-by-list", "--follow")
    sentence, _ = calls(sandbox)
    say(f"It took {sentence}.")
    shop("runs", "list")


REAL = """
=== The same with your own account

    sudo ./dev install                                                      # docs/INSTALL.md; the following as root or a user with a role
    audiencectl source add crm --sqlite /path/to/your.db                    # or --csv FOLDER
    audiencectl segment add readers --source crm --query "SELECT ... FROM ..." --title "Newsletter readers"
    audiencectl connection add mailchimp --provider mailchimp --consent --api-key-file FILE
    audiencectl connection add cc --provider constant-contact --consent --client-id ID && audiencectl connection authenticate cc
    audiencectl export add customers --connection mailchimp --destination AUDIENCE_ID --segment readers --email email
    audiencectl export preview customers                                    # what would happen; writes nothing
    audiencectl run customers --follow
    audiencectl schedule set "daily 02:00" --timezone Europe/Berlin

The same commands as above, without --api-base and --ca-file. FILE holds an API key of your account (Mailchimp: Profile, Extras, API keys);
AUDIENCE_ID is shown by `audiencectl connection destinations mailchimp`. --consent says that you may pass these customers' data to the provider.
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", required=True, help="the build folder")
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="audienced-demo.")
    try:
        run(os.path.abspath(options.bin), folder)
    except Failed as error:
        say(f"\nThe demo failed: {error}")
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    say(REAL.format(bin=options.bin).rstrip())
    return 0


if __name__ == "__main__":
    sys.exit(main())
