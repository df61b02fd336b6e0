#!/usr/bin/env python3
"""Sentences that named the wrong thing: each of them is here with the command that says it."""
import json
import subprocess
import sys

from daemon import Failed
from harness import World, equal, main
from sides import Mailchimp, each_provider

USAGE = 2


def says(answer, *words):
    for word in words:
        equal(word in answer.text, True, f"{' '.join(answer.words)} says {word!r}: {answer.text}")


def test_credentials(binaries):
    with World(binaries) as world:
        said = world.ctl("connection", "add", "cc", "--provider", "constant-contact", "--consent", expect=USAGE)
        says(said, "a connection to Constant Contact takes --client-id", "it has no API keys")
        says(world.ctl("connection", "add", "mc", "--provider", "mailchimp", "--consent", expect=USAGE), "one of --api-key-file and --client-id")
        said = world.ctl("connection", "import-token", "cc", "--token-file", "-", stdin="{}", expect=USAGE)
        says(said, 'it must hold {"access_token"')


def test_a_relative_state_directory(binaries):
    with World(binaries) as world:
        for words in (["--check-config"], []):
            done = subprocess.run([world.daemon.program, "--state-dir", "rel", "--socket", world.path("other.socket"), *words], cwd=world.folder,
                                  capture_output=True, text=True, timeout=60, check=False)
            equal((done.returncode, '--state-dir must be an absolute path, not "rel"' in done.stderr + done.stdout), (2, True), f"{words}: {done}")


@each_provider(Mailchimp, count=2)
def forms_of_rejects(world, side):
    """--json was given, and --csv ignored."""
    side.rows["no address"] = ("A", "B", "C")
    side.write()
    run = str(side.run()["id"])
    said = world.ctl("runs", "rejects", run, "--csv", "--json", expect=USAGE)
    try:
        equal(json.loads(said.out)["type"], "urn:audienced:error:usage", said.out)
    except ValueError:
        raise Failed(f"no problem document: {said.text}") from None
    says(said, "--csv and --json exclude each other")
    head = world.ctl("runs", "rejects", run, "--csv").out.splitlines()[0]
    equal(head.split(",")[:4], ["segment", "row", "line", "member"], "columns, as docs/COMMANDS.md has them")


def test_help(binaries):
    with World(binaries) as world:
        for words, wanted, unwanted in ((("runs", "show"), "runs show RUN\n", "INT"), (("runs", "retry"), "RUN ", "INT"),
                                        (("connection", "authenticate"), "--listen ADDR:PORT", "(PORT)"),
                                        (("export", "verify"), "10 unless set", "TEXT"), (("export", "verify"), "20 unless set", "TEXT"),
                                        (("export", "add"), "1 unless set", "TEXT"), (("export", "add"), "20 unless set", "TEXT"),
                                        (("runs", "list"), "20 unless set", "TEXT"), (("segment", "preview"), "10 unless set", "TEXT")):
            text = world.ctl(*words, "--help").out
            equal((wanted in " ".join(text.split()) or wanted in text, unwanted in text), (True, False), text)
        says(world.ctl("connection", "authenticate", expect=USAGE), "NAME")


if __name__ == "__main__":
    sys.exit(main(globals()))
