#!/usr/bin/env python3
"""What docs/COMPLAINTS.md says of this program and no other test shows: written once for both providers."""
import csv
import io
import json
import sqlite3
import sys

from harness import equal, main
from sides import BOTH, FIELDS, QUERY, ConstantContact, Mailchimp, each_provider

REFUSED = 6


def writes(world):
    return sum(kind["total"] for name, kind in world.sandbox.counters()["calls"].items() if not name.startswith("GET "))


@each_provider(*BOTH)
def connected_again_and_sent_in_full(world, side):
    """Contacts that opted out stay so when the connection and the export are removed and made again, also in a complete run."""
    unsubscribed, archived, left, *_ = side.first()
    side.act("unsubscribe", unsubscribed)
    side.act("archive", archived)
    side.out |= {unsubscribed, archived}
    if isinstance(side, ConstantContact):
        side.act("left", left)
        side.out.add(left)
    world.check_run(side.run())
    world.ctl("export", "remove", side.name)
    world.ctl("connection", "remove", side.name)
    side.connect(side.name)
    side.export(side.name, side.name)
    world.check_run(side.run("--full"), suppressed=len(side.out), rejected=0)
    side.check()
    side.settles("--full")


@each_provider(*BOTH)
def leaves_the_segment_and_returns(world, side):
    """The contact stays, with its values; only the tag or list goes, and comes back with the row."""
    email, *_ = side.first()
    row = side.rows[email]
    side.leave(email)
    world.check_run(side.run(), removed=1)
    contact = side.state()[email]
    equal((contact.on, contact.values), (False, row), "the contact after it left the segment")
    world.check_run(side.run(), added=0, updated=0, removed=0)
    side.rows[email] = row
    side.write()
    world.check_run(side.run(), added=1, rejected=0)
    side.check()
    equal(world.sandbox.counters()["must_stay_zero"]["contacts_deleted"], 0, "contacts that were deleted")


@each_provider(Mailchimp, count=4000)
def exports_of_one_account_share_its_connections(world, side):
    """Mailchimp lets a user have ten connections: four exports at the same time keep below that together, and none is refused."""
    names = [side.name] + [f"more{number}" for number in range(3)]
    for number, name in enumerate(names[1:]):
        side.destination = f"{number:010x}"
        world.sandbox.audience(side.name, side.destination, FIELDS)
        side.export(name, side.name)
    world.sandbox.knobs(mc_latency_min_ms=100, mc_latency_max_ms=300)
    world.ctl("run", *names, "--follow")
    client, = [one for name, one in world.sandbox.counters()["clients"].items() if side.client in name + "/"]
    equal(4 <= client["peak_concurrency"] <= 10, True, f"calls at the same time: {client}")
    equal([line for line in world.sandbox.call("GET", "log?last=20000") if line["status"] == 429], [], "calls that were refused")


def refuses(world, side, refusing):
    """The provider refuses some addresses, or takes them all -> an address that it refuses"""
    if isinstance(side, ConstantContact):
        world.sandbox.knobs(cc_email_max=30 if refusing else 50)
        return "a-name-of-more-than-thirty{}@example.org"
    world.sandbox.knobs(mc_fake_addresses=refusing)
    return "refused{}@example.org"


@each_provider(*BOTH)
def refused_rows_are_named_and_sent_again_alone(world, side):
    """A row that the provider refuses fails no other one; it is listed in each run with the provider's words, and `runs retry` sends what is
    refused by now, and nothing else."""
    side.first()
    address = refuses(world, side, True)
    refused = [address.format(number) for number in range(3)]
    side.rows |= {email: ("New", "Last", "Here") for email in (refused[0], "fine0@shop.berlin", refused[1], "fine1@shop.berlin")}
    side.write()
    world.check_run(side.run(expect=None), added=2, rejected=2)
    side.rows[refused[2]] = ("New", "Last", "Here")
    side.write()
    run = side.run(expect=None)
    world.check_run(run, added=0, rejected=3)
    named = world.ctl("runs", "rejects", str(run["id"]), "--json").json()
    equal([bool(one["detail"]) and not any(email in json.dumps(one) for email in refused) for one in named], [True] * 3, f"each with the words: {named}")
    before = writes(world)
    world.check_run(side.run(expect=None), rejected=3)
    equal(writes(world), before, "calls that write, while nothing changed")
    refuses(world, side, False)
    retried = world.ctl("runs", "retry", str(run["id"]), "--json").json()
    number = retried.get("id") or retried["runs"][0]["id"]
    retried = side.finish(number)
    world.check_run(retried, added=3, updated=0, rejected=0)
    side.check()


@each_provider(*BOTH)
def source_that_is_rebuilt_while_the_export_is_paused(world, side):
    """A column gets another name. Paused or not, nothing is sent and no member is removed; once the segment is mended it goes on."""
    members = set(side.first())
    world.ctl("export", "disable", side.name)
    with sqlite3.connect(side.path) as db:
        db.execute("ALTER TABLE people RENAME COLUMN city TO town")
    db.close()
    before = writes(world)
    world.ctl("run", side.name, expect=REFUSED)
    world.ctl("export", "enable", side.name)
    failed = world.ctl("run", side.name, "--follow", expect=None)
    equal((failed.code != 0, "city" in failed.text), (True, True), f"a run over a source without its column: {failed.text}")
    equal((writes(world), {email for email, one in side.state().items() if one.on}), (before, members), "what was sent, who is on")
    world.ctl("segment", "edit", side.name, "--query", QUERY.replace(", city", ", town AS city"))
    world.check_run(side.run(), added=0, updated=0, removed=0, rejected=0)
    side.check()


@each_provider(*BOTH)
def history_in_a_database_of_ones_own(world, side):
    """Runs as JSON and rejects as CSV are rows of any database; the figures there are those of the run."""
    side.first()
    side.rows |= {"no address": ("A", "B", "C"), "none either": ("A", "B", "C")}
    side.write()
    run = side.run(expect=None)
    with sqlite3.connect(world.path("history.db")) as db:
        db.execute("CREATE TABLE runs (id, export, status, counts)")
        db.executemany("INSERT INTO runs VALUES (?,?,?,?)",
                       [(one["id"], one["export"], one["status"], json.dumps(one["counts"])) for one in world.ctl.runs(side.name)])
        rows = list(csv.DictReader(io.StringIO(world.ctl("runs", "rejects", str(run["id"]), "--csv").out)))
        db.execute("CREATE TABLE rejects (run, code, row, count)")
        db.executemany("INSERT INTO rejects VALUES (?,?,?,?)", [(run["id"], one["code"], one["row"], int(one["count"] or 1)) for one in rows])
        invalid, = db.execute("SELECT json_extract(counts, '$.invalid') FROM runs ORDER BY id DESC").fetchone()
        counted, = db.execute("SELECT sum(count) FROM rejects").fetchone()
    db.close()
    equal((invalid, counted, len(world.ctl.runs(side.name))), (2, 2, 2), "figures in the other database")


if __name__ == "__main__":
    sys.exit(main(globals()))
