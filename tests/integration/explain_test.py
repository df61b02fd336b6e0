#!/usr/bin/env python3
"""`audiencectl export explain`: why a person is there, or is not. Written once for both providers; each answer is compared with what was done to
that person, and nothing is written at the provider by asking."""
import sqlite3
import sys
import time

from daemon import Failed
from harness import equal, main
from sides import BOTH, ConstantContact, Mailchimp, each_provider


def explained(world, side, address, expect=0, stdin=False, export=None):
    """Asked by argument or by standard input, which must give the same; the whole address is nowhere in the answer."""
    words = ("export", "explain", export or side.name, "-" if stdin else address, "--json")
    answer = world.ctl(*words, stdin=address + "\n" if stdin else "", expect=expect).json()
    screen = world.ctl("export", "explain", export or side.name, "-", stdin=address)
    for text in (str(answer), screen.text):
        if address.strip().lower() in text.lower():
            raise Failed(f"the answer shows the address: {text}")
    if max(map(len, screen.out.split("\n")), default=0) > 400:
        raise Failed("a line of the screen has no end")
    return answer


def says(answer, *fragments):
    for fragment in fragments:
        if fragment not in answer["answer"]:
            raise Failed(f"expected {fragment!r} in: {answer['answer']}")


def writes(world):
    return sum(kind["total"] for name, kind in world.sandbox.counters()["calls"].items() if not name.startswith("GET "))


@each_provider(*BOTH)
def a_member_that_is_there(world, side):
    email, *_ = side.first()
    before = writes(world)
    answer = explained(world, side, f"  {email.upper()} ")
    says(answer, "It is there", "last sent by run 1", "nothing to do")
    equal(answer["next"]["would"], "keep", "what the next run would do")
    look, = answer["segments"]
    equal((look["found"], look["rows"], look["places"][0]["row"], look["complete"]), (1, len(side.rows), 1, True), "where it is")
    equal((answer["delivered"]["run"], answer["delivered"]["counted_as"], answer["delivered"]["values_as_now"]), (1, "added", True), "delivered")
    equal((answer["provider"]["asked"], answer["provider"]["found"], answer["provider"]["mailable"]), (True, True, True), "the provider's state")
    equal(len(answer["provider"]["groups"]), 1, "tags or lists there")
    held = [one for one in answer["memberships"] if one["of_this_export"]]
    equal([one["held_by"] for one in held], [[side.name]], "who wants it there")
    equal(sorted(answer["next"]["values"].values()), sorted(side.rows[email]), "its values")
    equal({act["outcome"] for act in answer["acts"]}, {"done"}, "what was asked of the provider")
    equal(explained(world, side, email, stdin=True), explained(world, side, email), "by standard input")
    equal(writes(world), before, "calls that write")


@each_provider(*BOTH)
def a_member_that_is_not_sent_yet(world, side):
    side.first()
    fresh, = side.come()
    answer = explained(world, side, fresh)
    says(answer, "was not delivered yet", "the next run sends it")
    equal((answer["next"]["would"], answer["delivered"], answer["provider"]["found"]), ("add", None, False), "a newcomer")
    side.settles()
    says(explained(world, side, fresh), "It is there", "last sent by run 2")


@each_provider(*BOTH)
def an_export_that_never_ran(world, side):
    """Nothing is made by asking: neither at the provider nor in the database."""
    email = next(iter(side.rows))
    with sqlite3.connect(f"{world.daemon.state}/audienced.db") as db:
        before = db.execute("SELECT (SELECT count(*) FROM destinations), (SELECT count(*) FROM export_slots)").fetchone()
    answer = explained(world, side, email)
    says(answer, "the next run sends it")
    equal(answer["ever_ran"], False, "a memory of the export")
    with sqlite3.connect(f"{world.daemon.state}/audienced.db") as db:
        equal(db.execute("SELECT (SELECT count(*) FROM destinations), (SELECT count(*) FROM export_slots)").fetchone(), before, "rows")
    side.first()


@each_provider(*BOTH)
def values_that_changed(world, side):
    email, *_ = side.first()
    side.move(email, to="Elsewhere")
    answer = explained(world, side, email)
    says(answer, "its values have changed since")
    equal((answer["next"]["would"], answer["delivered"]["values_as_now"]), ("update", False), "a change in the source")


@each_provider(*BOTH)
def unsubscribed(world, side):
    email, *_ = side.first()
    side.act("unsubscribe", email)
    side.out.add(email)
    answer = explained(world, side, email)
    says(answer, "Since the last look: it unsubscribed", "the next run learns that")
    equal((answer["next"]["would"], answer["provider"]["mailable"]), ("suppressed", False), "before a run saw it")
    side.settles()
    answer = explained(world, side, email)
    says(answer, "not sent because it unsubscribed (found by run 2 on ", "nothing is sent until the contact subscribes again")
    one = next(one for one in answer["opt_outs"] if one["reason"] == "unsubscribed")
    equal((one["evidence"], one["run"], one["under"]), ("pull", 2, "asked"), "the opt-out")


@each_provider(Mailchimp)
def taken_out_by_staff(world, side):
    """The provider shows it now; a run leaves it so, and --full puts it back: the sentence says each at its time."""
    email, *_ = side.first()
    side.act("left", email)
    for _ in range(2):  # before a run saw it, and after
        answer = explained(world, side, email)
        says(answer, f'at the provider it is not in "{side.title}" now', "The next run leaves that so", f"audiencectl run {side.name} --full puts it back")
        equal(("It is there" in answer["answer"], answer["provider"]["lacks"]), (False, [side.title]), "what it lacks")
        world.check_run(side.run(), added=0, updated=0, removed=0)
    side.run("--full")
    says(explained(world, side, email), "It is there", "nothing to do")
    side.check()


@each_provider(ConstantContact)
def off_the_list(world, side):
    email, *_ = side.first()
    side.act("left", email)
    side.out.add(email)
    answer = explained(world, side, email)
    says(answer, "not on the list at the provider now", "The next run learns that")
    equal("groups of this audience" in world.ctl("export", "explain", side.name, "-", stdin=email).out, False, "a list is no audience")
    side.settles()
    says(explained(world, side, email), "it left the list (found by run 2 on ")


@each_provider(Mailchimp)
def deleted_for_good(world, side):
    """No listing shows it, so no look learns it: that is said, before and after a run."""
    email, *_ = side.first()
    side.act("delete_permanent", email)
    side.out.add(email)
    for _ in range(2):
        answer = explained(world, side, email)
        says(answer, "the provider has no such contact any more", "no run learns that by looking")
        equal(("the next run learns" in answer["answer"], answer["provider"]["found"]), (False, False), "no promise")
        world.check_run(side.run(), added=0, updated=0, removed=0)
    side.move(email)
    side.run(expect=None)  # it is sent, and the provider refuses it for good
    says(explained(world, side, email), "not sent because the contact was deleted for good at the provider (told in an answer to run")
    side.check()


@each_provider(*BOTH, count=4)
def a_held_run(world, side):
    email, *_ = side.first()
    side.leave(email)
    run = world.ctl("run", side.name, "--hold", "--follow", expect=7) and world.ctl.runs(side.name)[0]["id"]
    says(explained(world, side, email), "The next run takes it out of", f"Run {run} waits for approval now", f"audiencectl runs approve {run} sends it")
    world.ctl("runs", "approve", str(run))
    side.finish(run)
    equal("waits for approval" in explained(world, side, email)["answer"], False, "once it was approved")


@each_provider(Mailchimp)
def a_refused_key(world, side):
    """Why nothing runs is said once."""
    email, *_ = side.first()
    world.sandbox.call("POST", "revoke", {"api_key": side.key})
    side.run(expect=1)
    screen = world.ctl("export", "explain", side.name, "-", stdin=email).out
    equal((screen.count("API Key Invalid"), screen.count("--api-key-file")), (1, 1), f"the reason: {screen}")


@each_provider(*BOTH)
def left_the_segment(world, side):
    email, *_ = side.first()
    side.leave(email)
    answer = explained(world, side, email)
    says(answer, "in no segment of the export now", "last sent by run 1", "The next run takes it out of")
    equal((answer["next"]["would"], len(answer["next"]["leaves"])), ("remove", 1), "a leaver")
    side.settles()
    says(explained(world, side, email), "in no segment of the export now", "run 2")
    screen = world.ctl("export", "explain", side.name, "-", stdin=email + "\n").out
    equal(("unknown here" in screen, "never by this export" in screen), (False, False), f"a member that left: {screen}")


@each_provider(*BOTH)
def unknown(world, side):
    side.first()
    answer = explained(world, side, "never.seen@example.net")
    says(answer, "unknown here", f"in none of the {len(side.rows)} rows", "never delivered or refused")
    equal((answer["near"], answer["next"]["would"], answer["opt_outs"]), ([], "nothing", []), "nothing is known")


@each_provider(*BOTH)
def near_misses(world, side):
    email, *_ = side.first()
    local, domain = email.split("@")
    with sqlite3.connect(side.path) as db:
        db.executemany("INSERT INTO people (email, first_name, last_name, city) VALUES (?, 'A', 'B', 'C')",
                       [("odd one@example.org",), ("odd.one+news@example.net",), ("odd.one@exampel.net",)])
    db.close()
    hows = {near["how"]: near["address"] for near in explained(world, side, "odd.one@example.net")["near"]}
    equal(hows, {"the same but for what stands behind +": "o***@example.net",
                 "the same at a domain that is spelt nearly like it": "o***@exampel.net"}, "near misses")
    hows = [near["how"] for near in explained(world, side, "od.one@example.net")["near"]]
    equal(hows, [], "two letters are another")
    with sqlite3.connect(side.path) as db:
        db.execute("INSERT INTO people (email, first_name, last_name, city) VALUES ('user10@example.net', 'A', 'B', 'C')")
    db.close()
    equal([near["how"] for near in explained(world, side, "uzer10@example.net")["near"]], ["the same but for one letter before the @"], "one wrong letter")
    near, = explained(world, side, "oddone@example.org")["near"]
    equal((near["address"], near["how"]), (None, "the row has a character in the address that none can have"), "a blank inside")
    equal(explained(world, side, f"{local}+x@{domain}")["near"][0]["how"], "the same but for what stands behind +", "without its tag")


@each_provider(*BOTH)
def another_address_at_the_provider(world, side):
    email, *_ = side.first()
    fresh = f"new-{email}"
    side.act("rename", email, to=fresh)
    side.out.add(email)
    side.theirs.add(fresh)
    answer = explained(world, side, email)
    equal(answer["provider"]["address"], f"n***@{email.split('@')[1]}", "found by its id before a run saw it")
    says(answer, "Since the last look the contact got another address at the provider")
    side.settles()
    answer = explained(world, side, email)
    says(answer, "the contact has another address at the provider now", "nothing is sent until the contact has this address again")
    equal(answer["contact"]["address_now"], f"n***@{email.split('@')[1]}", "the present address")
    now = explained(world, side, fresh)
    equal((now["contact"]["came_to_this_address"], now["segments"][0]["places"][0]["under"]), (True, "former"), "asked about the present one")


@each_provider(*BOTH)
def opted_out_under_an_earlier_address(world, side):
    """Only a key tells that it is the same person."""
    world.ctl("export", "edit", side.name, "--key", "first_name")
    email, *_ = side.first()
    side.act("unsubscribe", email)
    side.out.add(email)
    side.settles()
    fresh = f"other-{email}"
    side.rows[fresh] = side.rows.pop(email)
    side.write()
    answer = explained(world, side, fresh)
    says(answer, "opted out under an earlier address")
    equal(answer["next"]["would"], "suppressed", "before a run saw it")
    side.out.add(fresh)
    side.settles()
    answer = explained(world, side, fresh)
    says(answer, "the person opted out under an earlier address (found", "until the earlier address has no opt-out any more")
    found = {(one["reason"], one["under"]) for one in answer["opt_outs"]} - {("left_list", "earlier")}  # unsubscribing takes a contact off its lists
    equal(found, {("opted_out_before", "asked"), ("unsubscribed", "earlier")}, "whose opt-outs")


@each_provider(*BOTH)
def where_the_source_or_the_provider_fails(world, side):
    """What cannot be read says why in its part; the rest answers."""
    email, *_ = side.first()
    with sqlite3.connect(side.path) as db:
        db.execute("ALTER TABLE people RENAME TO others")
    db.close()
    answer = explained(world, side, email)
    says(answer, "could not be told", "could not be read to its end")
    look, = answer["segments"]
    equal((look["complete"], bool(look["problem"]), answer["delivered"]["run"], answer["provider"]["found"]), (False, True, 1, True), "a broken source")
    with sqlite3.connect(side.path) as db:
        db.execute("ALTER TABLE others RENAME TO people")
    db.close()
    world.ctl("connection", "consent", side.name, "--withdraw")
    answer = explained(world, side, email)
    says(answer, "It is in a segment, last sent by run 1", "has no consent", "No run begins now")
    equal((answer["provider"]["asked"], answer["segments"][0]["found"], answer["delivered"]["run"]), (False, 1, 1), "no consent")
    world.ctl("export", "disable", side.name)
    says(explained(world, side, email), "No run begins now: the export is disabled")


@each_provider(*BOTH)
def two_exports_of_one_audience(world, side):
    side.export("second", side.name)
    email, *_ = side.first()
    equal(side.run(export="second")["status"], "succeeded", "the second export")
    answer = explained(world, side, email)
    equal([(one["export"], one["delivered"]) for one in answer["other_exports"]], [("second", True)], "who else holds it")
    equal({name for one in answer["memberships"] for name in one["held_by"]}, {side.name, "second"}, "who wants it there")


@each_provider(BOTH[0])
def refused_by_the_provider(world, side):
    """With the provider's words, how often it was sent, and when it is tried again."""
    world.sandbox.knobs(mc_fake_addresses=True)
    email = next(iter(side.rows))
    side.run(expect=None)
    world.sandbox.knobs(mc_fake_addresses=False)
    answer = explained(world, side, email)
    says(answer, "not sent because the provider refused it", "looks fake or invalid")
    one, = answer["rejects"]["now"]
    equal((one["attempts"], one["since_run"], answer["next"]["would"], len(answer["rejects"]["of_runs"])), (1, 1, "deferred", 1), "the refusal")


@each_provider(BOTH[1])
def a_job_under_way(world, side):
    """The outcome of a call that names the member is not known yet."""
    side.hold_jobs()
    run = side.start()
    email = next(iter(side.rows))
    until = time.monotonic() + 30
    while not (answer := explained(world, side, email))["open_calls"]:
        if time.monotonic() > until:
            raise Failed(f"no open call: {answer}")
    says(answer, f"A call of run {run} has no known outcome yet")
    equal(answer["open_run"]["id"], run, "the run that is under way")
    side.hold_jobs(False)
    side.finish(run)
    equal(explained(world, side, email)["open_calls"], [], "once it is known")


@each_provider(*BOTH)
def refusals(world, side):
    answer = explained(world, side, "no address at all")
    equal((answer["valid"], bool(answer["invalid_because"])), (False, True), "what is no address")
    says(answer, "no address that can be sent")
    for words, stdin, code, sentence in (
            (("export", "explain", "nosuch", "a@example.org"), "", 5, "there is no export"),
            (("export", "explain", side.name), "", 2, "EMAIL"),
            (("export", "explain", side.name, "-"), "\n", 2, "standard input has no address"),
            (("export", "explain", side.name, "-"), "a@example.org\nb@example.org\n", 2, "more than one line")):
        refused = world.ctl(*words, stdin=stdin, expect=code)
        if sentence not in refused.err or "example.org" in refused.err:
            raise Failed(f"{' '.join(words)}: {refused.err}")


if __name__ == "__main__":
    sys.exit(main(globals()))
