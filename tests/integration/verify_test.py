#!/usr/bin/env python3
"""`audiencectl export verify`: what staff and contacts changed at the provider is found and counted, what mends it does, and comparing changes
nothing: the tables of the database are the same before and after, and the provider gets no call that writes."""
import re
import sqlite3
import subprocess
import sys
import time

from daemon import Failed
from harness import equal, main
from sides import BOTH, Mailchimp, each_provider
from timed_world import Hold

DIFFERS = 7
KEPT_BY_OTHERS = ("quota", "subject_states")  # calls of the day; what people were told of, which is judged now and then


def tables(world):
    """The content of every table, as it stands in the file."""
    with sqlite3.connect(f"file:{world.daemon.state}/audienced.db?mode=ro", uri=True) as db:
        names = [name for name, in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")]
        return {name: sorted(db.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in names if name not in KEPT_BY_OTHERS}


def unchanged(world, before):
    after = tables(world)
    equal([name for name in before if before[name] != after[name]], [], "tables that changed")


def writes(world):
    return sum(kind["total"] for name, kind in world.sandbox.counters()["calls"].items() if not name.startswith("GET "))


def verified(world, side, *words, expect=0):
    """Compares, and shows that nothing but the comparison happened; no address is shown whole."""
    before, calls = tables(world), writes(world)
    answer = world.ctl("export", "verify", side.name, "--json", *words, expect=expect)
    screen = world.ctl("export", "verify", side.name, *words, expect=expect)
    equal(writes(world), calls, "calls that write")
    unchanged(world, before)
    for text in (answer.text, screen.text):
        if re.search(rf"{side.name}[0-9]+@", text):
            raise Failed(f"an address is shown: {text}")
    return answer.json()


def kinds(answer):
    return {kind["kind"]: kind["count"] for kind in answer["kinds"]}


def of_kind(answer, kind):
    return next(one for one in answer["kinds"] if one["kind"] == kind)


def edit_value(side, email, place):
    """As staff would in the contact's form."""
    if side.provider == "mailchimp":
        side.world.sandbox.seed(side.destination, [{"email": email, "merge_fields": {"CITY": place}}])
    else:
        side.world.sandbox.seed_contacts(side.name, [{"email": email, "values": {"cf:town": place}}])


def listing(side):
    """The calls that list the tag or list."""
    side.calls["listing"] = ("GET", "/segments/[0-9]+/members[?]" if side.provider == "mailchimp" else "^/v3/contacts[?].*lists=")
    return "listing"


def in_background(world, side):
    words = [world.ctl.program, "export", "verify", side.name, "--json", "--socket", world.daemon.socket]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@each_provider(*BOTH)
def nothing_differs(world, side):
    side.first()
    answer = verified(world, side)
    group, = answer["groups"]
    equal((answer["ok"], answer["differences"], group["listed"], group["ours"]), (True, 0, len(side.rows), len(side.rows)), "all there")
    equal((answer["values"]["compared"], answer["values"]["same"]), (len(side.rows), len(side.rows)), "the values")
    equal(verified(world, side, "--sample", "0")["values"]["compared"], 0, "without values")


@each_provider(*BOTH, count=1200)
def more_members_than_a_page(world, side):
    """Pages of a listing overlap; each member counts once, wherever it lies."""
    first, *_, last = side.first()
    side.act("left", last)
    side.seed("added0@example.net", on=True)
    side.act("rename", first, to=f"new-{first}")
    answer = verified(world, side, expect=DIFFERS)
    equal(kinds(answer), {"missing": 1, "extra": 1, "address_changed": 1}, "what differs")
    group, = answer["groups"]
    equal((group["listed"], group["ours"]), (len(side.rows), len(side.rows) - 2), "how many are there")


@each_provider(*BOTH)
def what_others_gave_is_no_difference(world, side):
    side.seed("theirs0@example.net", on=True)
    side.theirs.add("theirs0@example.net")
    side.first()
    group, = verified(world, side)["groups"]
    equal((group["listed"], group["others"]), (len(side.rows) + 1, 1), "known to be given by others")


@each_provider(*BOTH)
def everything_at_once(world, side):
    """Staff takes a member off, adds one, edits a value and changes an address; a contact unsubscribes."""
    off, gone, moved, edited, *_ = side.first()
    side.act("left", off)
    side.act("unsubscribe", gone)
    side.act("rename", moved, to=f"new-{moved}")
    edit_value(side, edited, "Edited")
    side.seed("added0@example.net", on=True)
    answer = verified(world, side, expect=DIFFERS)
    found = kinds(answer)
    if side.provider == "mailchimp":
        equal(found, {"missing": 1, "extra": 1, "opted_out_there": 1, "address_changed": 1, "value": 1}, "what differs")
        equal(of_kind(answer, "missing")["examples"][0]["detail"], "the contact is there without it", "where the contact is")
    else:  # unsubscribing takes a contact off its lists
        equal(found, {"missing": 2, "extra": 1, "address_changed": 1, "value": 1}, "what differs")
        equal(sorted(one["detail"] for one in of_kind(answer, "missing")["examples"]), ["it unsubscribed", "the contact is there without it"], "where they are")
    equal(of_kind(answer, "address_changed")["examples"][0]["detail"], "there it is n***@example.org", "the new address")
    equal(answer["values"]["fields"], [{"field": side.city_field, "differ": 1}], "which field")
    equal(len(verified(world, side, "--examples", "0", expect=DIFFERS)["kinds"][0]["examples"]), 0, "no examples")
    side.out |= {gone, moved} | ({off} if side.provider != "mailchimp" else set())
    side.theirs |= {"added0@example.net", f"new-{moved}"}
    side.run("--full", expect=None)
    if side.provider == "mailchimp":
        equal("--full" in of_kind(answer, "missing")["mend"], True, "what mends a tag that was taken off")
    else:
        equal("not put back" in of_kind(answer, "missing")["mend"], True, "what mends a contact that left the list")
    side.check()
    equal(verified(world, side)["ok"], True, "after what mends it")


@each_provider(*BOTH)
def an_opt_out_that_is_over(world, side):
    email, *_ = side.first()
    side.act("unsubscribe", email)
    side.out.add(email)
    side.settles()
    equal(verified(world, side)["ok"], True, "an opt-out that both know")
    side.act("subscribe", email)
    side.act("joined", email)
    equal(kinds(verified(world, side, expect=DIFFERS)), {"mailable_there": 1}, "what the memory does not know yet")
    side.out.discard(email)
    side.run(expect=None)
    equal(verified(world, side)["ok"], True, "after a run")


@each_provider(*BOTH)
def values_that_the_source_changed_meanwhile(world, side):
    """Only a hash of what was sent is kept: where the source has moved on too, nothing can be said of a field."""
    email, *_ = side.first()
    edit_value(side, email, "Edited")
    side.move(email, to="Elsewhere")
    values = verified(world, side)["values"]
    equal((values["compared"], values["not_compared"], values["fields"]), (len(side.rows), 1, []), "not compared")


@each_provider(Mailchimp)
def a_tag_that_is_gone(world, side):
    side.first()
    side.change(delete_tag=side.title)
    answer = verified(world, side, expect=DIFFERS)
    equal(kinds(answer), {"group_gone": 1}, "the tag")
    equal(of_kind(answer, "group_gone")["examples"][0]["detail"], f"{len(side.rows)} members had it", "how many")
    side.run(expect=None)
    side.check()
    equal(verified(world, side)["ok"], True, "after what mends it")


@each_provider(*BOTH)
def forgotten_here(world, side):
    """Told, with what a person has to do at the provider, and no difference: no command mends it."""
    email, other, *_ = side.first()
    told = world.ctl("forget", "-", stdin=email + "\n").out
    where = f"Customers ({side.destination}) at {'Mailchimp' if isinstance(side, Mailchimp) else 'Constant Contact'}, connection {side.name};"
    equal(where in told, True, f"{where} in {told}")
    side.out.add(email)
    side.unsure.add(email)
    answer = verified(world, side)
    equal((answer["ok"], answer["differences"], kinds(answer)), (True, 0, {"forgotten": 1}), "after a forget")
    told = of_kind(answer, "forgotten")
    equal(("erased here on request" in told["words"], "a person deletes it at the provider" in told["mend"]), (True, True), f"what is said: {told}")
    side.act("left", other)
    equal(sorted(kinds(verified(world, side, expect=DIFFERS))), ["forgotten", "missing"], "beside a difference")


@each_provider(*BOTH)
def a_run_works_meanwhile(world, side):
    """It is not delayed, and it is named."""
    side.first()
    hold = Hold(side, listing(side))
    comparing = in_background(world, side)
    hold.wait()
    side.come(2)
    run = side.run()
    side.check()
    hold.release()
    out, err = comparing.communicate(timeout=60)
    if f'"runs_meanwhile":[{run["id"]}]' not in out:
        raise Failed(f"the run is not named: {out} {err}")
    equal(verified(world, side)["ok"], True, "afterwards")


@each_provider(*BOTH)
def the_client_goes_away(world, side):
    """What was done for it ends: no call is under way any more."""
    side.first()
    hold = Hold(side, listing(side))
    comparing = in_background(world, side)
    hold.wait()
    comparing.kill()
    comparing.wait()
    until = time.monotonic() + 30
    while any(limit["in_flight"] + limit["waiting"] for limit in world.ctl("status", "--json").json()["limits"]):
        if time.monotonic() > until:
            raise Failed("the call goes on")
    hold.release()
    equal(verified(world, side)["ok"], True, "the next one")


@each_provider(*BOTH)
def refusals(world, side):
    def refused(code, *sentences, name=side.name, words=()):
        answer = world.ctl("export", "verify", name, *words, expect=code)
        for sentence in sentences:
            if sentence not in answer.err:
                raise Failed(f"expected {sentence!r} in: {answer.err}")
    before = tables(world)
    refused(6, "has never run there", f"audiencectl run {side.name}")
    refused(5, "nosuch", name="nosuch")
    refused(2, "--sample must be", words=("--sample", "1000"))
    unchanged(world, before)
    side.first()
    world.ctl("connection", "consent", side.name, "--withdraw")
    refused(6, "has no consent")
    world.ctl("connection", "consent", side.name, "--give")
    if side.provider == "constant-contact":
        world.sandbox.knobs(cc_listing_drops=1)
        refused(1, "lists fewer members")
        world.sandbox.knobs(cc_listing_drops=0)
    world.ctl("connection", "remove", side.name, "--detach")
    refused(6, "has no connection")


if __name__ == "__main__":
    sys.exit(main(globals()))
