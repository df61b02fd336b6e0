#!/usr/bin/env python3
"""What Mailchimp refuses costs what it refuses: one address for which it fails, one value, one contact that is not subscribed. A key that is
revoked and a user who may only read are told where a person looks, in Mailchimp's words."""
import json
import sys

from harness import AUDIENCE, World, equal, main
from hooked import Hooked
from rows import people, write_table
from timed_world import TimedWorld

OTHER = "b2c3d4e5f6"
BULK = rf"^/3\.0/lists/{AUDIENCE}\?"
VALUE_REFUSED = {"title": "Invalid Resource", "status": 400, "detail": "Your merge fields were invalid.",
                 "errors": [{"field": "CITY", "message": "Please enter a city that there is"}]}


def feed(world, rows):
    world.connect()
    write(world, rows)
    world.ctl("source", "add", "crm", "--sqlite", world.path("crm.db"))
    world.ctl("segment", "add", "all", "--source", "crm", "--table", "all_of_them", "--title", "Customers")
    return world.export("all", ["all"])


def write(world, rows):
    write_table(world.path("crm.db"), "all_of_them", rows)


def rejects(world, run):
    return world.ctl("runs", "rejects", str(run["id"]), "--json").json()


def user(world, key, **more):
    world.sandbox.call("POST", "mailchimp/accounts", {"name": "shop", "dc": "us6", "api_key": key, **more})


def state(world):
    shown = world.ctl("connection", "show", "shop", "--json").json()
    return shown["state"], shown["state_reason"]


def test_one_address_that_makes_mailchimp_fail(binaries):
    with World(binaries) as world:
        rows = people(60, world.random)
        feed(world, rows)
        world.check_run(world.ctl.run("all"), added=60)
        world.sandbox.knobs(mc_blocked_domains="blocked.example")
        leaver, fresh = rows[5], people(40, world.random, start=100)
        bad = [("ann@blocked.example", "Ann", "A", "Rome"), ("bo@blocked.example", "Bo", "B", "Rome")]
        rows = bad[:1] + [row for row in rows if row != leaver] + fresh[:20] + bad[1:] + fresh[20:]
        write(world, rows)
        run = world.ctl.run("all")
        world.check_run(run, added=40, rejected=2, removed=1)
        named = rejects(world, run)
        equal(sorted((one["code"], one["class"], one["row"]) for one in named), [("provider_fails", "retry_later", 1), ("provider_fails", "retry_later", 81)],
              "who is rejected")
        for one in named:
            equal(("A deep, internal error has occurred" in one["detail"], bool(one["next_try"])), (True, True), f"the words and the next try: {one}")
        held = world.sandbox.dump(AUDIENCE)
        equal({address for address, (_, tags, _) in held.items() if "Customers" in tags}, {row[0] for row in rows} - {row[0] for row in bad}, "tagged")
        world.count_anew()
        world.check_run(world.ctl.run("all"), unchanged=99, rejected=2)
        equal(world.sandbox.counters()["writes"], 0, "calls that write, before the next try")
        world.check_no_traces([row[0] for row in bad])


def test_a_member_that_fails_again_and_again_is_in_quarantine_until_it_is_retried(binaries):
    world = TimedWorld(binaries)
    world.daemon.config = world.path("audienced.toml")
    with open(world.daemon.config, "w", encoding="utf-8") as file:
        file.write("[limits]\nreject_tries = 2\n")
    with world:
        rows = people(40, world.random)
        feed(world, rows)
        world.check_run(world.ctl.run("all"), added=40)
        world.sandbox.knobs(mc_blocked_domains="blocked.example")
        write(world, rows + [("ann@blocked.example", "Ann", "A", "Rome")] + people(40, world.random, start=100))
        for number in (1, 2):
            run = world.ctl.run("all")
            named = rejects(world, run)
            equal([(one["code"], one["attempts"], one["quarantined"], one["next_try"] is None) for one in named],
                  [("provider_fails", number, number == 2, number == 2)], f"run {number}")
            equal("puts 1 members into quarantine" in world.daemon.tail(200), number == 2, "the journal")
            world.pass_time(21 * 3600)
        shown = world.ctl("runs", "rejects", str(run["id"])).out
        equal(("quarantine" in shown, f"audiencectl runs retry {run['id']}" in shown), (True, True), f"what is shown:\n{shown}")
        world.pass_time(30 * 86400)
        world.count_anew()
        world.check_run(world.ctl.run("all"), unchanged=80, rejected=1)
        equal(world.sandbox.counters()["writes"], 0, "calls that write, a month later")
        world.sandbox.knobs(mc_blocked_domains="")
        world.ctl("runs", "retry", str(run["id"]), "--follow")
        world.check_run(world.ctl.run("all"), unchanged=81, rejected=0)


def test_one_value_that_its_field_refuses(binaries):
    with World(binaries) as world:
        rows = people(30, world.random)
        rows[7] = (*rows[7][:3], "Atlantis")
        world.sandbox.faults([{"name": "refused", "method": "POST", "path": BULK, "body_contains": "Atlantis",
                               "action": {"kind": "status", "status": 400, "content_type": "application/problem+json", "json": VALUE_REFUSED}}])
        feed(world, rows)
        run = world.ctl.run("all")
        world.check_run(run, added=30)
        equal(run["counts"].get("values_dropped", run.get("values_dropped")), 1, f"values left out: {run['counts']}")
        named = [(one["field"], one["code"], one["detail"], one["row"]) for one in rejects(world, run)]
        equal(named, [("CITY", "merge_field", "Please enter a city that there is", 8)], "what is named")
        equal(world.sandbox.dump(AUDIENCE)[rows[7][0]][2][2], "", "the city")


def test_contacts_of_a_shop_and_remarks(binaries):
    with World(binaries) as world:
        rows = people(20, world.random)
        world.sandbox.call("POST", "mailchimp/lists", {"account": "shop", "id": AUDIENCE, "name": "Customers", "no_default_fields": True,
                                                       "merge_fields": list(world.fields), "double_optin": True, "marketing_permissions": True})
        world.sandbox.seed(AUDIENCE, [{"email": row[0], "status": "transactional"} for row in rows[:5]])
        added = feed(world, rows)
        equal((added.text.count("double opt-in"), added.text.count("GDPR")), (1, 1), f"what export add tells: {added.text}")
        tested = world.ctl("export", "test", "all")
        equal((tested.text.count("double opt-in"), tested.text.count("GDPR")), (1, 1), f"what export test tells: {tested.text}")
        run = world.ctl.run("all")
        world.check_run(run, added=15, rejected=5)
        equal({(one["code"], one["detail"].split(":")[0]) for one in rejects(world, run)}, {("not_subscribed", "not subscribed at Mailchimp")}, "why")
        world.count_anew()
        world.check_run(world.ctl.run("all"), unchanged=15, rejected=5)
        equal(world.sandbox.counters()["writes"], 0, "calls that write in the next run")
        world.sandbox.call("POST", "mailchimp/lists", {"account": "shop", "id": OTHER, "name": "Second", "no_default_fields": True,
                                                       "merge_fields": list(world.fields), "saved_segments": ["customers"]})
        failed = world.ctl("export", "add", "second", "--connection", "shop", "--destination", OTHER, "--segment", "all", "--email", "email", expect=1)
        equal("saved segment" in failed.text, True, f"a saved segment in the place of the tag: {failed.text}")


def test_a_key_that_is_dead(binaries):
    with Hooked(binaries) as world:
        feed(world, people(10, world.random))
        world.check_run(world.ctl.run("all"), added=10)
        ready = 0
        for words, kill in (("API Key Invalid", lambda key: world.sandbox.call("POST", "revoke", {"api_key": key})),
                            ("This account has been deactivated", lambda key: user(world, key, user="second", disabled=True))):
            kill(world.key)
            told = world.events("needs_sign_in")
            failed = world.ctl("run", "all", "--follow", expect=1)
            equal(words in failed.text, True, f"Mailchimp's words: {failed.text}")
            equal((state(world)[0], words in state(world)[1]), ("needs_sign_in", True), "the connection")
            world.sandbox.reset_counters()
            again = world.ctl("run", "all", "--follow", expect=None)
            equal((again.code != 0, words in again.text, "--api-key-file" in again.text), (True, True, True), f"the next run: {again.text}")
            equal(world.sandbox.counters()["reads"], 0, "calls with the dead key")
            shown = json.dumps(world.ctl("status", "--json").json()["connections"])
            equal((words in shown, "needs_sign_in" in shown), (True, True), f"the status: {shown}")
            equal(world.events("needs_sign_in") - told, 1, "events")
            world.key = f"{ready:032x}-us6"
            user(world, world.key, user="second")
            world.ctl("connection", "edit", "shop", "--api-key-file", "-", stdin=world.key + "\n")
            ready += 1
            equal((state(world), world.events("connection_ready")), (("ready", ""), ready), "with a new key")
            world.check_run(world.ctl.run("all"), unchanged=10)
        world.daemon.stop()
        equal((world.hooks("needs_sign_in"), world.hooks("connection_ready")), (2, 2), "calls of the hook")


def test_a_user_who_may_only_read(binaries):
    for role in ("viewer", "author"):
        with World(binaries) as world:
            rows = people(10, world.random)
            user(world, world.key, role=role)
            refused = world.ctl("connection", "add", "shop", "--provider", "mailchimp", "--consent", "--api-key-file", "-", "--api-base", world.sandbox.base,
                                "--ca-file", world.sandbox.ca_file, stdin=world.key + "\n", expect=1)
            equal((f"role {role}" in refused.text, "Manager" in refused.text), (True, True), f"connection add: {refused.text}")
            user(world, world.key, role="manager")
            feed(world, rows)
            user(world, world.key, role=role)
            for words in (("connection", "test", "shop"), ("export", "test", "all")):
                refused = world.ctl(*words, expect=1)
                equal(f"role {role}" in refused.text, True, f"{words}: {refused.text}")
            failed = world.ctl("run", "all", "--follow", expect=1)
            equal("User does not have access to the requested operation" in failed.text, True, f"Mailchimp's own sentence: {failed.text}")
            equal(state(world)[0], "ready", "the connection, whose key is good")
            user(world, world.key, role="admin")
            world.check_run(world.ctl.run("all"), added=10)


if __name__ == "__main__":
    sys.exit(main(globals()))
