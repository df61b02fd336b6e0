#!/usr/bin/env python3
"""An address is forgotten: no file, no log and no later backup has it, neither clear nor as the hash that stands for it, but for the suppression and
the journal of forgets; and nothing brings it back."""
import os
import re
import signal
import sqlite3
import sys
import time

import traces
from daemon import listed
from harness import equal, main
from meanwhile import hold_run, meanwhile
from sides import BOTH, QUERY, each_provider
from strace import Strace

USAGE, REFUSED = 2, 6


def forget(world, email, by_input=True):
    words = ("forget", "-", "--json") if by_input else ("forget", email, "--json")
    return world.ctl(*words, stdin=email + "\n" if by_input else "").json()


def suppressed(world):
    """Members that are suppressed everywhere, as the database has them."""
    with sqlite3.connect(f"file:{world.daemon.state}/audienced.db?mode=ro", uri=True) as db:
        members = [row[0] for row in db.execute("SELECT member FROM opt_outs WHERE destination = 0")]
    db.close()
    return members


def tables_with(path, member):
    """Tables that have the member's hash, raw or as digits, in any cell; suppressions apart."""
    found = []
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        db.text_factory = bytes
        for (table,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
            table = table.decode()
            rows = db.execute(f'SELECT * FROM "{table}"' + (" WHERE destination <> 0" if table == "opt_outs" else "")).fetchall()
            if any(member in bytes(cell) or member.hex().encode() in bytes(cell).lower()
                   for row in rows for cell in row if isinstance(cell, (bytes, str))):
                found.append(table)
    db.close()
    return found


def needles(email):
    local, domain = email.split("@")
    return {"the address": email, "its name": local, "its name and a part of the domain": f"{local}@{domain[:4]}"}


def no_trace(world, email, apart=()):
    """No file of the state directory, nothing printed or logged has the address; no table has its hash."""
    found = traces.in_folder(world.daemon.state, needles(email))
    with open(world.daemon.log_path, encoding="utf-8", errors="replace") as log:
        found += traces.in_texts([log.read()] + world.ctl.printed, needles(email))
    equal(found, [], "traces of the address")
    member = suppressed(world)[-1]
    equal(tables_with(f"{world.daemon.state}/audienced.db", member), list(apart), "tables with its hash")
    # Pages that were freed, and the log: the hash is in the suppression, and in the journal as digits.
    for name in os.listdir(world.daemon.state):
        path = os.path.join(world.daemon.state, name)
        if os.path.isdir(path):
            continue
        with open(path, "rb") as file:
            content = file.read()
        raw, digits = content.count(member), content.count(member.hex().encode())
        few = {"audienced.db": (3, 0), "audienced.db-wal": (0, 0), "forgotten": (0, 1)}.get(name, (0, 0))
        equal((raw <= few[0], digits <= few[1]), (True, True), f"the hash is {raw} and {digits} times in {name}")


@each_provider(*BOTH)
def forgotten_for_good(world, side):
    members = side.first()
    gone, left = members[0], members[1]
    side.move(gone)
    side.leave(left)
    world.check_run(side.run(), updated=1, removed=1)
    said = len(world.ctl.printed)
    world.ctl("export", "try", side.name, "--email", "-", stdin=gone + "\n")
    del world.ctl.printed[said:]  # it shows the values of the contact, as it should
    answer = forget(world, gone)
    equal((answer["was_known"], answer["scrubbed"], answer["older_copies"]), (True, True, []), f"the answer: {answer}")
    equal([(place["connection"], place["destination"], place["exports"]) for place in answer["at_provider"]],
          [(side.name, side.destination, [side.name])], "where the provider has a contact")
    no_trace(world, gone)
    # It was not deleted at the provider, and its row still comes.
    equal(side.state()[gone].on, True, "the contact at the provider")
    side.theirs.add(gone)
    side.rows[gone] = ("Changed", "Since", "Forgotten")
    side.write()
    run = side.run()
    world.check_run(run, suppressed=1, added=0, updated=0, removed=0, rejected=0)
    rejects = listed(world.ctl("runs", "rejects", str(run["id"]), "--json").json())
    equal([(one["code"], one["counted_in"], one["member"]) for one in rejects], [("forgotten", "suppressed", None)], "why it was not sent")
    side.rows[gone] = side.state()[gone].values  # as the provider has it
    side.write()
    world.check_run(side.run("--full"), suppressed=1)
    # Staff changes the contact, people act on it: a look sees it, and remembers nothing.
    side.act("unsubscribe", gone)
    world.pass_time()
    world.check_run(side.run(), suppressed=1)
    no_trace(world, gone)
    world.daemon.stop()
    no_trace(world, gone)
    world.daemon.start()
    # A second time, and an address that was never there.
    equal(forget(world, gone)["was_known"], False, "a second time")
    stranger = forget(world, "Nowhere.To.Be.Found@Example.org")
    equal((stranger["was_known"], stranger["at_provider"]), (False, []), "an address that was never there")
    audit = [row for row in listed(world.ctl("audit", "--json").json()) if row["action"] == "forget"]
    equal([row["object"] for row in audit], ["an address"] * 3, "rows of the audit")
    side.rows.pop(gone)


@each_provider(*BOTH)
def forgotten_while_a_run_has_it(world, side):
    """In the plan of a held run, in a batch under way, and while the source is read."""
    side.first()
    for place in ("held", "batch", "reading"):
        fresh = side.come(2)
        gone, stays = fresh
        answers = []
        if place == "held":
            run = hold_run(side)
            answers.append(forget(world, gone))
            equal(answers[0]["plans_expired"], [run], f"held plans that expired: {answers[0]}")
            record = world.ctl.show(run)
            equal((record["status"], "forgotten" in record["reason"]), ("cancelled", True), record["reason"])
        else:
            run = meanwhile(side, place, lambda: answers.append(forget(world, gone)))
            equal((run["status"] in ("succeeded", "completed_with_rejects"), answers[0]["plans_made_anew"]), (True, [run["id"]]), f"{run} {answers[0]}")
        if side.run()["counts"]["suppressed"] == 0:
            raise AssertionError("the forgotten address was not counted as suppressed")
        equal((gone in side.state(), side.state()[stays].on), (place == "batch", True), f"who is there after {place}")
        del side.rows[gone]
        side.write()
        if place == "batch":
            side.unsure.add(gone)  # it was on its way already; what was to follow is not sent
        world.check_run(side.run())
        no_trace(world, gone)
        side.check()


@each_provider(*BOTH)
def an_address_that_a_contact_was_given(world, side):
    """The contact of a member has another address now, and that one is forgotten: the earlier one is not sent again either."""
    first, *_ = side.first()
    side.act("rename", first, to="renamed@example.org")
    world.pass_time()
    world.check_run(side.run(), suppressed=1)
    forget(world, "renamed@example.org")
    world.check_run(side.run(), suppressed=1)
    equal(first in side.state(), False, "the earlier address is a contact again")
    equal(traces.in_folder(world.daemon.state, needles("renamed@example.org")), [], "traces of the address")
    side.unsure |= {first, "renamed@example.org"}


@each_provider(BOTH[0])
def an_address_that_a_query_names(world, side):
    """The audit never has it, and what a person wrote is named, since it is a person's to change."""
    address = "named.in.a.query@example.org"
    source = world.ctl("source", "list", "--json").json()[0]["name"]
    query = f"SELECT * FROM ({QUERY}) WHERE '{address}' <> ''"
    world.ctl("segment", "add", "others", "--source", source, "--query", query)
    equal(address in world.ctl("audit", "--json").out, False, "the audit has the address of a query")
    equal(forget(world, address)["named_in"], ["segment others"], "what names the address")
    screen = world.ctl("forget", "-", stdin=address + "\n").text
    equal(("audiencectl segment edit others" in screen, address in screen), (True, False), screen)
    world.ctl("segment", "edit", "others", "--query", QUERY)
    answer = forget(world, address)
    equal((answer["named_in"], answer["was_known"]), ([], False), "after the query was changed")
    equal(traces.in_folder(world.daemon.state, needles(address)), [], "traces of the address")


@each_provider(BOTH[0])
def an_address_that_a_text_names(world, side):
    """In every text that people write, and however its domain is spelled: it is named, so that a person can change it."""
    spelled, typed = "Zoe.Named@Bücher.example", "zoe.named@xn--bcher-kva.example"
    world.ctl("export", "edit", side.name, "--title", f"for {spelled}")
    world.ctl("connection", "edit", side.name, "--title", f"of \u201c{spelled}\u201d")
    world.ctl("segment", "edit", side.name, "--query", f"SELECT * FROM ({QUERY}) WHERE email <> '{spelled}'")
    world.ctl("segment", "add", "titled", "--source", side.name, "--query", QUERY, "--title", f"Tag {spelled.upper()}")
    world.ctl("source", "add", "files", "--csv", f"/srv/{spelled}")
    world.ctl("source", "add", "others", "--csv", "/srv/zoe.named@buecher.example")
    wanted = {"source files", f"segment {side.name}", "segment titled", f"connection {side.name}", f"export {side.name}"}
    for address in (typed, spelled):
        equal(set(forget(world, address)["named_in"]), wanted, f"what names {address}")


@each_provider(*BOTH)
def tried_afterwards(world, side):
    """A try of a forgotten address is refused, and leaves no hash behind."""
    first, *_ = side.first()
    forget(world, first)
    before = len(world.ctl.runs(side.name))
    said = len(world.ctl.printed)
    refused = world.ctl("export", "try", side.name, "--email", "-", stdin=first.upper() + "\n", expect=REFUSED)
    equal(("forgotten" in refused.text, first in refused.text.lower()), (True, False), refused.text)
    del world.ctl.printed[said:]
    equal(len(world.ctl.runs(side.name)), before, "runs")
    no_trace(world, first)
    side.theirs.add(first)
    side.check()


def add_keys(side):
    """Each row has a key that outlives a change of its address: its first name."""
    def write():
        with sqlite3.connect(side.path) as db:
            db.execute("DELETE FROM people")
            db.executemany("INSERT INTO people (email, first_name, last_name, city, k) VALUES (?,?,?,?,?)",
                           [(email, *values, values[0]) for email, values in side.rows.items()])
        db.close()
    with sqlite3.connect(side.path) as db:
        db.execute("ALTER TABLE people ADD COLUMN k")
    db.close()
    side.write = write
    write()
    side.world.ctl("segment", "edit", side.name, "--query", "SELECT email, first_name, last_name, city, k FROM people ORDER BY id")
    side.world.ctl("export", "edit", side.name, "--key", "k")


@each_provider(BOTH[0])
def a_person_with_a_key_at_a_new_destination(world, side):
    """Forgotten under one address, back under another: held back also where nothing was ever sent to."""
    add_keys(side)
    gone, *_ = side.first()
    forget(world, gone)
    side.theirs.add(gone)
    new = "another." + gone
    side.rows[new] = side.rows.pop(gone)
    side.write()
    world.check_run(side.run(), suppressed=1, added=0)
    world.sandbox.audience(side.name, "ffffffffff", ("FNAME", "LNAME", "CITY"))
    world.ctl("export", "add", "elsewhere", "--connection", side.name, "--destination", "ffffffffff", "--segment", side.name, "--email", "email",
              "--key", "k", *side.maps(), "--schedule", "manual")
    world.check_run(world.ctl.run("elsewhere"), suppressed=1, added=len(side.rows) - 1)
    there = world.sandbox.call("GET", "mailchimp/lists/ffffffffff/members?fields=FNAME", text=True)
    equal(new in there, False, "the person is at the new destination")


@each_provider(*BOTH)
def killed_at_each_step(world, side):
    """kill -9 at the n-th sync of the disk during a forget: the next start ends it, before any run goes on."""
    side.first()
    killed = 0
    for when in range(1, 10):
        gone = f"to.be.forgotten{when}@example.org"
        side.rows[gone] = ("First", "Last", "Here")
        side.write()
        side.run()
        side.move(gone)
        side.run()
        side.move(gone, to=f"Held{when}")
        held = hold_run(side)
        with Strace(world, "fdatasync,fsync", [f"fdatasync,fsync:signal=KILL:when={when}"]):
            answer = world.ctl("forget", "-", stdin=gone + "\n", expect=None)
        if answer.code != 0:
            killed += 1
            world.daemon.end(signal.SIGKILL)
            world.daemon.start()
            world.ctl("status")
        equal(world.ctl.show(held)["status"], "cancelled", f"the held run after a kill at sync {when}")
        no_trace(world, gone)
        side.theirs.add(gone)
        del side.rows[gone]
        side.write()
        side.run()
        if answer.code == 0:
            break
    equal(killed > 3, True, f"{killed} kills")
    side.check()


@each_provider(BOTH[0])
def while_another_program_reads(world, side):
    """The write-ahead log cannot be emptied: the answer says so, nothing waits for the reader, and it is emptied later by itself."""
    first, *_ = side.first()
    side.move(first)
    side.run()
    reader = sqlite3.connect(f"file:{world.daemon.state}/audienced.db?mode=ro", uri=True, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM runs").fetchone()
    screen = world.ctl("forget", "-", stdin=first + "\n").text
    equal("write-ahead log holds traces" in screen, True, screen)
    side.theirs.add(first)
    world.check_run(side.run(), suppressed=1)
    reader.close()
    log = f"{world.daemon.state}/audienced.db-wal"
    until = time.monotonic() + 60
    while unfinished(world) and time.monotonic() < until:
        time.sleep(0.2)
    equal(unfinished(world), 0, "forgets that wait for the log")
    no_trace(world, first)
    equal(os.path.getsize(log) < 64 * 1024, True, "the log after it was emptied")


def unfinished(world):
    db = sqlite3.connect(f"file:{world.daemon.state}/audienced.db?mode=ro", uri=True)
    (rows,), = db.execute("SELECT count(*) FROM unfinished_forgets")
    db.close()
    return rows


@each_provider(BOTH[0])
def refused_without_repeating_it(world, side):
    answer = world.ctl("forget", "no-address-of-any-kind", expect=USAGE)
    equal("no-address-of-any-kind" in answer.text, False, "the refusal repeats what was typed")
    equal(re.search("no e-mail address", answer.text) is not None, True, answer.text)
    screen = world.ctl("forget", "Unheard.Of@example.org").text
    equal(("Nothing was known" in screen, "unheard.of" in screen.lower()), (True, False), screen)


if __name__ == "__main__":
    sys.exit(main(globals()))
