#!/usr/bin/env python3
"""Customer Insights as a source: a segment that is inactive, being evaluated, or refused is never read as an empty one, and the run says what to do."""
import json
import sys

from harness import World, equal, main
from outage import Shop
from rows import people

INSTANCE, TENANT, KEYS = "11aa22bb-0000-4000-8000-00c0ffee0001", "contoso.example", ["key-one", "key-two"]
SECRET = "s3cret of the application"


def stage(world, rows):
    """An instance with a segment Gold of these customers."""
    world.sandbox.call("POST", "customer-insights/instances", {"id": INSTANCE, "subscription_keys": KEYS,
                                                               "columns": ["email", "first_name", "last_name", "city"]})
    app(world, SECRET)
    lines = [{"CustomerId": f"c{number:07}", "segments": ["Gold"],
              "values": dict(zip(("email", "first_name", "last_name", "city"), row))} for number, row in enumerate(rows)]
    world.sandbox.call("POST", f"customer-insights/instances/{INSTANCE}/seed", "\n".join(map(json.dumps, lines)).encode())


def app(world, secret):
    world.sandbox.call("POST", "apps", {"client_id": "daemon", "client_secret": secret, "provider": "customer_insights",
                                        "account": INSTANCE})


def segment(world, **more):
    world.sandbox.call("POST", f"customer-insights/instances/{INSTANCE}/segments", {"name": "Gold", **more})


def job(world, **what):
    world.sandbox.call("POST", f"customer-insights/instances/{INSTANCE}/jobs", what)


def make_shop(world):
    files = {}
    for name, content in (("secret", SECRET), ("keys", "\n".join(KEYS))):
        files[name] = world.path(name)
        with open(files[name], "w", encoding="utf-8") as file:
            file.write(content + "\n")
    return Shop(world, ("--customer-insights", INSTANCE, "--tenant", TENANT, "--client-id", "daemon", "--client-secret-file",
                        files["secret"], "--subscription-key-file", files["keys"], "--api-base", world.sandbox.base, "--login-base",
                        world.sandbox.base, "--ca-file", world.sandbox.ca_file, "--calls-per-minute", "100000"),
                ("--entity", "Gold"))


def test_a_segment_that_is_not_ready_and_credentials_that_are_refused(binaries):
    with World(binaries, seed=51) as world:
        rows = people(950, world.random)
        stage(world, rows)
        shop = make_shop(world)
        shop.exact(world.ctl.run("all"), rows, added=len(rows))
        for change, word in (({"state": "inactive"}, "inactive"), ({"state": "active", "jobStatus": "Running"}, "evaluated"),
                             ({"jobStatus": "CompletedFailure"}, "CompletedFailure")):
            segment(world, **change)
            shop.nothing_done(world.ctl.run("all", expect=7), "skipped", word)
        segment(world, state="active", jobStatus="CompletedSuccess")
        shop.exact(world.ctl.run("all"), rows, unchanged=len(rows))

        app(world, "another one")
        shop.nothing_done(world.ctl.run("all", expect=1), "failed", "refused to sign in", "--client-secret-file")
        world.ctl("source", "edit", "source-all", "--client-secret-file", "-", stdin="another one\n")
        shop.exact(world.ctl.run("all"), rows, unchanged=len(rows))
        world.ctl("source", "edit", "source-all", "--subscription-key-file", "-", stdin="neither\n")
        shop.nothing_done(world.ctl.run("all", expect=1), "failed", "credentials", "--subscription-key-file")
        world.ctl("source", "edit", "source-all", "--subscription-key-file", "-", stdin="neither\nkey-two\n")
        shop.exact(world.ctl.run("all"), rows, unchanged=len(rows))
        world.check_no_traces([SECRET, "another one", *KEYS])


def test_a_service_that_breaks_in_the_middle(binaries):
    with World(binaries, seed=52) as world:
        rows = people(950, world.random)
        stage(world, rows)
        shop = make_shop(world)
        shop.exact(world.ctl.run("all"), rows, added=len(rows))
        page = {"path": "/data/Customer", "skip": 4, "next": 1}
        for action, again in (("503_html", True), ("429_json", True), ("reset_mid_body", True), ("not_json", False),
                              ("wrong_types", False), ("404_json", None)):
            world.sandbox.faults([{"name": "fifth-page", **page, "action": action}])
            run = world.ctl.run("all", expect=None)
            if again:  # tried again, and read to its end
                shop.exact(run, rows, unchanged=len(rows))
            else:
                shop.nothing_done(run, "failed" if again is None else "skipped", "Customer Insights")
        world.sandbox.faults([])
        shop.exact(world.ctl.run("all"), rows, unchanged=len(rows))


def test_the_refresh_of_the_instance_is_asked_for(binaries):
    with World(binaries, seed=53) as world:
        rows = people(250, world.random)
        stage(world, rows)
        shop = make_shop(world)
        job(world, id="one", status="running", tasks={"merge": "successful", "segmentation": "running", "export": "queued"})
        shop.exact(world.ctl.run("all"), rows, added=len(rows))  # no check
        for check, place in (("over", "workflows"), ("successful", "manage")):
            world.ctl("source", "edit", "source-all", "--refresh-check", check)
            world.sandbox.knobs(ci_jobs_at=place)
            job(world, id=check, status="running", tasks={"segmentation": "running"})
            shop.nothing_done(world.ctl.run("all", expect=7), "skipped", "refresh", "under way")
            job(world, id=check, status="running", tasks={"segmentation": "successful", "export": "running"})
            shop.exact(world.ctl.run("all"), rows, unchanged=len(rows))
            job(world, id=check, status="failed", tasks={"segmentation": "failed"})
            if check == "over":
                shop.exact(world.ctl.run("all"), rows, unchanged=len(rows))
            else:
                shop.nothing_done(world.ctl.run("all", expect=7), "skipped", "failed at segmentation")
        job(world, id="later", status="successful")
        # Another refresh comes and goes while the pages are read: read again.
        world.sandbox.faults([{"name": "page", "path": "/data/Customer", "skip": 1, "next": 1, "action": {"kind": "hold", "apply": False}}])
        run = shop.begin()
        equal(world.sandbox.wait(1, held="page"), True, "a page is held")
        job(world, id="last", status="successful")
        world.sandbox.release("page")
        shop.exact(shop.end(run), rows, unchanged=len(rows))
        world.sandbox.faults([])
        world.sandbox.knobs(ci_jobs_at="nowhere")
        shop.nothing_done(world.ctl.run("all", expect=1), "failed", "--refresh-check")


if __name__ == "__main__":
    sys.exit(main(globals()))
