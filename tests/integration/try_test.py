#!/usr/bin/env python3
"""`export try` sends exactly one member and shows what the provider says, and disturbs nothing else: other members, held plans, what the last run of the
export was. Each refusal with its exit code and its sentence; a crash in the middle, and an opt-out in the middle. Written once for both providers."""
import re
import sys

from harness import equal, main
from meanwhile import hold_run
from sides import BOTH, ConstantContact, Mailchimp, each_provider
from timed_world import Hold

DONE, FAILED, USAGE, NOT_FOUND, REFUSED, PERSON = 0, 1, 2, 5, 6, 7


def attempt(side, email, *words, expect=DONE):
    """A try, with the address on standard input -> what is told of it"""
    return side.world.ctl("export", "try", side.name, "--email", "-", "--json", *words, stdin=email + "\n", expect=expect).json()


def said(side, email, expect):
    """-> what a person reads, of standard output or standard error"""
    answer = side.world.ctl("export", "try", side.name, "--email", "-", stdin=email + "\n", expect=expect)
    return answer.out + answer.err


def has(text, *wanted):
    for one in wanted:
        equal(bool(re.search(one, text)), True, f"{one!r} in:\n{text}")


def on(side):
    return {email for email, contact in side.state().items() if contact.on}


@each_provider(*BOTH)
def a_try_sends_one_member_and_shows_the_contact(world, side):
    email = list(side.rows)[2]
    told = attempt(side, email)
    equal((told["run"]["tried"], told["run"]["status"]), ("delivered", "succeeded"), "what became of it")
    counts = told["run"]["counts"]
    equal((counts["read"], counts["added"], counts["removed"]), (1, 1, 0), "counts")
    equal(on(side), {email}, "who is there")
    equal((told["contact"]["contact"], told["contact"]["values"]["FNAME" if isinstance(side, Mailchimp) else "first_name"]),
          (True, side.rows[email][0]), "the contact as the provider shows it")
    # It is no run of the export.
    equal(world.ctl("export", "show", side.name, "--json").json()["last_run"]["id"], told["run"]["id"], "the only run that there is")
    world.check_run(side.run(), added=len(side.rows) - 1, unchanged=1)
    side.check()
    # Nothing changed: it is sent all the same.
    world.count_anew()
    again = attempt(side, email)
    equal((again["run"]["tried"], again["run"]["counts"]["updated"]), ("delivered", 1), "a member that is as delivered")
    equal(world.sandbox.counters()["writes"] > 0, True, "a call that writes")
    has(said(side, email, DONE), rf"run \d+ of {side.name}.*: the member was updated", r"shows the contact now as: \w+", "Here")
    side.move(email)
    told = attempt(side, email)
    equal(side.state()[email].values, side.rows[email], "the values at the provider")
    world.check_run(side.run(), unchanged=len(side.rows))
    side.check()
    world.check_no_traces([email])


@each_provider(*BOTH)
def each_refusal_has_its_sentence_and_exit_code(world, side):
    members = side.first()
    has(said(side, "stranger@example.org", NOT_FOUND), "nothing was sent", f"no segment of {side.name} has this address")
    for wrong, words in (("", "standard input has no address"), ("two@@example.org", "no @, or more than one"), ("a b@example.org", "that is no address that could be sent")):
        has(said(side, wrong, USAGE), words)
    gone, left = members[0], members[1]
    side.act("unsubscribe", gone)
    told = attempt(side, gone, expect=REFUSED)
    equal((told["run"]["tried"], told["run"]["counts"]["suppressed"]), ("opted_out", 1), "a member that opted out")
    has(said(side, gone, REFUSED), "nothing was sent", r"the contact must not be touched.*unsubscribed, known since \d{4}-\d\d-\d\d")
    side.out.add(gone)
    side.leave(left)
    equal(attempt(side, left, expect=NOT_FOUND)["run"]["tried"], "not_in_segments", "a member that left the segment")
    equal(left in on(side), True, "the try took nothing away")
    has(world.ctl("export", "try", "other", "--email", "-", stdin=left, expect=NOT_FOUND).err, "other")
    world.ctl("export", "disable", side.name)
    has(said(side, members[2], REFUSED), f"the export {side.name} is disabled")
    world.ctl("export", "enable", side.name)
    # None of them is what the export did last.
    equal(world.ctl("check", "--json").json()["ok"], True, "check")
    last = world.ctl("export", "show", side.name, "--json").json()["last_run"]
    equal((last["id"], last["status"]), (1, "succeeded"), "the last run")
    has(world.ctl("runs", "retry", str(told["run"]["id"]), expect=REFUSED).err, "tried one member", f"export try {side.name} --email ADDRESS")
    world.check_run(side.run(), removed=1)
    side.check()


@each_provider(*BOTH)
def a_held_plan_outlives_a_try_and_is_delivered_as_shown(world, side):
    side.first()
    left = list(side.rows)[0]
    side.leave(left)
    fresh = side.come(2)
    run = hold_run(side)
    equal(attempt(side, fresh[0])["run"]["tried"], "delivered", "the try")
    equal(world.ctl.show(run)["status"], "held", "the held run")
    world.ctl("runs", "approve", str(run))
    world.check_run(side.finish(run), added=2, removed=1)
    side.check()
    world.check_run(side.run(), unchanged=len(side.rows))


@each_provider(*BOTH)
def a_try_joins_no_other_run_that_waits(world, side):
    side.first()
    fresh = side.come(2)
    hold = Hold(side, "destination")
    first = side.start()
    hold.wait()
    whole = side.start()  # queued behind the first
    body = '{"address": "%s"}' % fresh[0]
    tried = [world.ctl.by_socket("POST", f"/v1/exports/{side.name}/try", body)["runs"][0]["id"] for _ in range(2)]
    equal((tried[0] != whole, tried[0] == tried[1]), (True, True), f"a try of its own, and one only for a member: {tried}")
    hold.release()
    for number in (first, whole, tried[0]):
        side.finish(number)
    world.check_run(world.ctl.show(first), added=2)
    world.check_run(world.ctl.show(whole), unchanged=len(side.rows))
    equal(world.ctl.show(tried[0])["counts"]["read"], 1, "rows of the try")
    side.check()


@each_provider(*BOTH)
def a_try_goes_on_after_a_crash_under_its_number(world, side):
    email = list(side.rows)[1]
    hold = Hold(side, "batch", apply=True)
    started = world.ctl.by_socket("POST", f"/v1/exports/{side.name}/try", '{"address": "%s"}' % email)["runs"][0]["id"]
    hold.wait()
    world.daemon.kill()
    hold.release()
    world.daemon.start()
    ended = side.finish(started)
    equal((ended["tried"], ended["counts"]["read"]), ("delivered", 1), "the same try")
    equal(on(side), {email}, "who is there")
    side.run()
    side.check()


@each_provider(*BOTH)
def a_member_that_opts_out_while_it_is_tried_is_left_alone(world, side):
    members = side.first()
    hold = Hold(side, "destination")
    started = world.ctl.by_socket("POST", f"/v1/exports/{side.name}/try", '{"address": "%s"}' % members[0])["runs"][0]["id"]
    hold.wait()
    side.act("unsubscribe", members[0])
    side.out.add(members[0])
    hold.release()
    side.finish(started, expect=None)
    equal(world.ctl.show(started)["tried"], "opted_out", "what became of it")
    side.check()


@each_provider(ConstantContact)
def a_contact_that_may_have_left_the_list_is_not_put_on_it(world, side):
    side.seed("there0@example.org", on=True)  # the list had members
    email = list(side.rows)[0]
    side.seed(email)
    told = attempt(side, email, expect=PERSON)
    equal((told["run"]["tried"], told["run"]["status"]), ("undecided", "skipped"), "what became of it")
    has(told["run"]["reason"], "nothing tells whether it has left it", f"export edit {side.name} --existing add")
    equal(email in on(side), False, "on the list")
    world.ctl("export", "edit", side.name, "--existing", "leave")
    has(said(side, email, REFUSED), "--existing says to leave it")
    world.ctl("export", "edit", side.name, "--existing", "add")
    equal(attempt(side, email)["run"]["tried"], "delivered", "with --existing add")
    equal(email in on(side), True, "on the list")


@each_provider(Mailchimp)
def what_the_provider_refuses_is_told_in_its_words(world, side):
    world.sandbox.knobs(mc_fake_addresses=True)
    side.rows["foo@bar.com"] = ("Ann", "Last", "Here")
    side.write()
    has(said(side, "foo@bar.com", FAILED), "the member was rejected", r"looks fake or invalid.* \(looks_fake\)", "shows no contact with this address")
    # What was refused is remembered, and a try asks all the same.
    equal(attempt(side, "foo@bar.com", expect=FAILED)["rejects"][0]["attempts"], 2, "attempts")


@each_provider(*BOTH)
def a_preview_tells_old_and_new_values(world, side):
    members = side.first()
    side.move(members[0])
    fresh = side.come(1)
    world.count_anew()
    preview = world.ctl("export", "preview", side.name, "--json").json()
    rows = {row["change"]: row for row in preview["rows"]}
    city = "CITY" if isinstance(side, Mailchimp) else "cf:town"
    changed, new = rows["update"], rows["add"]
    equal((changed["values"][city], changed["before"]["values"][city], changed["before"]["contact"]), ("Elsewhere", "Here", True), "old and new value")
    equal(new["before"]["contact"], False, f"a contact that is not there yet: {fresh}")
    has(world.ctl("export", "preview", side.name).out, f"{city}: Here -> Elsewhere", f"{city}=Here")
    equal(world.sandbox.counters()["writes"], 0, "calls that write")
    side.settles()


@each_provider(*BOTH)
def a_value_that_becomes_empty(world, side):
    """--clear-empty clears it where the provider can; where it cannot, nothing says that it did."""
    said = world.ctl("export", "edit", side.name, "--clear-empty", "--json").json()
    clears = side.provider == "mailchimp"
    warned = [one for one in said["warnings"] if "--clear-empty has no effect" in one]
    equal(len(warned), 0 if clears else 1, f"what export edit says: {said}")
    email, *_ = side.first()
    side.rows[email] = (*side.rows[email][:2], "")
    side.write()
    row = world.ctl("export", "preview", side.name, "--json").json()["rows"][0]
    equal(row["values"].get(side.city_field), "" if clears else None, f"the preview: {row}")
    world.ctl("export", "try", side.name, "--email", email)
    equal(side.state()[email].values[2], "" if clears else "Here", "at the provider")
    side.unsure.add(email)


if __name__ == "__main__":
    sys.exit(main(globals()))
