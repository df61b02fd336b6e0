#!/usr/bin/env python3
"""A held plan, a dry run and a preview say in figures and words what would happen: who joins and leaves each tag or list, what each segment held at the
last run, some of the members that leave, until when the plan is good. It is delivered exactly as shown, or expires. Written once for both providers."""
import re
import sys

from harness import equal, main
from meanwhile import hold_run
from sides import BOTH, ConstantContact, Mailchimp, each_provider


def has(text, *wanted):
    for one in wanted:
        equal(bool(re.search(one, text)), True, f"{one!r} in:\n{text}")


def masked(email):
    return email[0] + "***" + email[email.index("@"):]


def parts(run):
    """What each segment is said to have and to become; the list of Constant Contact by the name of "list"."""
    return {"list" if part["list"] else part["segment"]: tuple(part[key] for key in ("profiles", "members", "members_before", "joins", "leaves"))
            for part in run["segments"]}


def expected(side, rows, members, before, joins, leaves):
    whole = (rows, members, before, joins, leaves)
    return {side.name: whole} if isinstance(side, Mailchimp) else {"list": whole, side.name: (rows, members, before, None, None)}


def change(side):
    """30 members, of which 25 leave, and 2 new ones -> those that leave."""
    members = side.first()
    gone = members[:25]
    side.leave(*gone)
    side.come(2)
    return gone


@each_provider(*BOTH, count=30)
def a_held_plan_is_told_in_figures_and_delivered_exactly(world, side):
    gone = change(side)
    world.ctl("schedule", "set", "daily 02:00", "--timezone", "Europe/Berlin")
    world.ctl("export", "edit", side.name, "--schedule", "refresh")
    run = hold_run(side)
    shown = world.ctl.show(run)
    equal(parts(shown), expected(side, 7, 7, 30, 2, 25), "the figures")
    equal(shown["compared_with"]["run"], 1, "the run that it is compared with")
    addresses = [one["address"] for one in shown["leavers"]]
    equal((len(addresses), set(addresses) <= {masked(email) for email in gone}), (20, True), f"twenty that leave, masked: {addresses}")
    equal(all(len(one["leaves"]) == 1 for one in shown["leavers"]), True, "what each leaves")
    text = world.ctl("runs", "show", str(run)).out
    has(text, rf"run {run} of {side.name}.*: held, waits for a person", r"would remove +25 of 30 members", r"SEGMENT +JOIN +LEAVE +MEMBERS NOW +IN RUN 1",
        r"2 +25 +7 +30\n", "20 of the members that would lose something", re.escape(addresses[0]), "held as asked",
        r"expires when the next run of the export begins, at \d{4}-\d\d-\d\d 02:00 CES?T", rf"audiencectl runs approve {run}",
        rf"audiencectl runs cancel {run}")
    equal((shown["destination_name"], len({one["member"] for one in shown["leavers"]})), ("Customers", 20), "names and hashes")
    has(text, rf"destination +Customers \({side.destination}\)", shown["leavers"][0]["member"])
    has(world.ctl("export", "show", side.name).out, rf"destination +Customers \({side.destination}\)")
    # What the source says meanwhile is for the next run.
    side.come(1)
    world.ctl("runs", "approve", str(run))
    ended = side.finish(run)
    world.check_run(ended, added=2, removed=25)
    equal(parts(world.ctl.show(run)), expected(side, 7, 7, 30, 2, 25), "the figures stay with the run")
    text = world.ctl("runs", "show", str(run)).out
    has(text, r"SEGMENT +JOINED +LEFT +MEMBERS\n", r"2 +25 +7\n")
    equal("would lose" in text or addresses[0] in text, False, f"single members are shown of a plan alone: {text}")
    world.check_run(side.run(), added=1, removed=0)
    side.check()
    world.check_no_traces(gone)


@each_provider(*BOTH, count=30)
def a_dry_run_and_a_preview_say_the_same(world, side):
    gone = change(side)
    dry = side.run("--dry-run")
    equal(parts(dry), expected(side, 7, 7, 30, 2, 25), "the figures of the dry run")
    equal(len(dry["leavers"]), 20, "some that leave")
    has(world.ctl("runs", "show", str(dry["id"])).out, r"2 +25 +7 +30\n", "20 of the members that would lose something")
    preview = world.ctl("export", "preview", side.name, "--json").json()
    equal(parts(preview), parts(dry), "the figures of the preview")
    equal(sorted(one["address"] for one in preview["leavers"]), sorted(one["address"] for one in dry["leavers"]), "those that leave")
    has(world.ctl("export", "preview", side.name).out, r"2 +25 +7 +30\n", "20 of the members that would lose something")
    world.count_anew()
    world.ctl("export", "preview", side.name)
    equal(world.sandbox.counters()["writes"], 0, "calls that write")
    equal(len(gone), 25, "nothing left yet")
    side.run()
    side.check()


def is_told_of(world, side, guard, *words):
    """A preview, a dry run while it is followed, and `runs show` of it say what a guard would do with a run."""
    said = [f"a run would be {guard}: ", *words]
    preview = world.ctl("export", "preview", side.name, "--json").json()
    equal(preview["guard"], guard, "the guard of the preview")
    has(preview["reason"], *words)
    has(world.ctl("export", "preview", side.name).out, *said)
    run = side.start("--dry-run")
    has(world.ctl("runs", "follow", str(run), expect=7 if guard == "skipped" else 0).out, *said)
    has(world.ctl("runs", "show", str(run)).out, *said)
    has(world.ctl.show(run)["reason"], *said)


@each_provider(*BOTH, count=130)
def a_dry_run_and_a_preview_tell_of_each_guard(world, side):
    """A dry run ended as succeeded without a word of the guard that would have held it."""
    name = side.name
    members = side.first()
    for option, none, guard, words in (("--max-profiles", "1000000", "skipped", ["more profiles than --max-profiles 5"]),
                                       ("--hold", "--no-hold", "held", ["held as asked"])):
        world.ctl("export", "edit", name, option, *(["5"] if guard == "skipped" else []))
        is_told_of(world, side, guard, *words)
        world.ctl("export", "edit", name, *([option, none] if guard == "skipped" else [none]))
    world.ctl("export", "edit", name, "--min-profiles", "500")
    is_told_of(world, side, "skipped", "fewer than --min-profiles 500")
    world.ctl("export", "edit", name, "--min-profiles", "1", "--max-removal-percent", "20")
    side.leave(*members[:110])
    is_told_of(world, side, "held", "110 of 130 delivered members", "--max-removal-percent 20")
    world.count_anew()
    side.run("--dry-run")
    equal(world.sandbox.counters()["writes"], 0, "calls that write")


@each_provider(ConstantContact, count=8)
def a_preview_before_any_run_tells_of_contacts_that_may_have_left(world, side):
    """It knew no contact before the first run had looked, and told of no guard then."""
    known = list(side.rows)
    side.seed(known[0], known[1], on=True)
    side.seed(known[2], known[3])
    side.act("left", known[1])
    is_told_of(world, side, "held", "3 of the members are contacts already that are not on the list", f"export edit {side.name} --existing leave")
    world.ctl("export", "edit", side.name, "--existing", "leave")
    preview = world.ctl("export", "preview", side.name, "--json").json()
    equal((preview["guard"], preview["counts"]["suppressed"]), (None, 3), "with --existing leave")


@each_provider(*BOTH, count=8)
def a_held_plan_ends_with_the_next_run_and_says_so(world, side):
    side.first()
    side.come(1)
    run = hold_run(side)
    side.move(list(side.rows)[0])
    newer = side.run()
    world.check_run(newer, added=1, updated=1)
    ended = world.ctl.show(run)
    equal((ended["status"], "its plan has expired" in ended["reason"], f"runs show {newer['id']}" in ended["reason"]), ("cancelled", True, True), ended["reason"])
    said = world.ctl("runs", "approve", str(run), expect=6)
    has(said.err, f"run {run} is cancelled .*nothing to approve")
    side.check()


@each_provider(*BOTH, count=8)
def an_edit_ends_a_held_plan(world, side):
    side.first()
    side.come(1)
    run = hold_run(side)
    world.ctl("export", "edit", side.name, "--max-removal-percent", "50")
    said = world.ctl("runs", "approve", str(run), expect=6)
    has(said.err, "expired|nothing to approve")
    while world.ctl.show(run)["status"] == "held":
        pass  # the queue ends it
    equal(world.ctl.show(run)["status"], "cancelled", "the run")
    world.check_run(side.run(), added=1)
    side.check()


def expires(world, run, *words, stdin=""):
    """The command says that the plan is none any more, in both shapes of its answer."""
    said = world.ctl(*words, stdin=stdin)
    has(said.err, rf"note: run {run}, which waited for approval, has expired: audiencectl runs show {run}")
    return said


@each_provider(*BOTH, count=8)
def every_command_that_ends_a_held_plan_says_so(world, side):
    side.first()
    side.come(1)
    for words in (("export", "edit", side.name, "--max-removal-percent", "50"), ("segment", "edit", side.name, "--title", "Other people"),
                  ("connection", "consent", side.name, "--withdraw"), ("connection", "edit", side.name, "--ca-file", world.sandbox.ca_file + ".copy"),
                  ("run", side.name, "--hold"), ("export", "disable", side.name)):
        if "--ca-file" in words:
            with open(world.sandbox.ca_file, "rb") as one, open(words[-1], "wb") as copy:
                copy.write(one.read())
        run = hold_run(side)
        expires(world, run, *words)
        if "--withdraw" in words:
            world.ctl("connection", "consent", side.name, "--give")
        if words[0] == "run":
            newer = world.ctl.runs(side.name)[0]["id"]
            world.ctl("runs", "follow", str(newer), expect=7)
            world.ctl("runs", "cancel", str(newer))
    world.ctl("export", "enable", side.name)
    run = hold_run(side)
    answer = world.ctl("export", "edit", side.name, "--title", "Other", "--json").json()
    equal(answer["plans_expired"], [run], "as JSON")


@each_provider(*BOTH, count=8)
def what_no_plan_depends_on_leaves_it_good(world, side):
    side.first()
    side.come(1)
    run = hold_run(side)
    for words in (("connection", "edit", side.name, "--allow-user", "daemon"), ("connection", "edit", side.name, "--title", "Other"),
                  ("run", side.name, "--dry-run", "--follow"), ("schedule", "set", "daily 02:00", "--timezone", "UTC"), ("export", "duplicate", side.name, "copy")):
        said = world.ctl(*words)
        equal("has expired" in said.err, False, f"{' '.join(words)}: {said.err}")
    equal("has expired" in world.ctl("runs", "approve", str(run)).err, False, "a person approves it")
    world.check_run(side.finish(run), added=1)
    side.check()


if __name__ == "__main__":
    sys.exit(main(globals()))
