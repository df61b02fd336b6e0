#!/usr/bin/env python3
"""PostgreSQL that goes away: before a run, in the middle of its read, for good. Where "the middle" is, a lock decides: the query waits
at it after its first rows."""
import sys

import postgres
from harness import FULL, World, equal, main
from outage import Shop
from rows import COLUMNS, people

PROFILES = 20_000 if FULL else 3_000
# The first half comes at once, the second one when the gate is open.
GATED = (f"SELECT {COLUMNS} FROM (SELECT * FROM customers WHERE id <= (SELECT max(id) / 2 FROM customers) UNION ALL "
         "SELECT * FROM customers WHERE id > (SELECT max(id) / 2 FROM customers) "
         f"AND pg_advisory_xact_lock_shared({postgres.Gate.NUMBER}) IS NOT NULL) AS two")


def with_shop(binaries, scenario, user="postgres", more=(), stdin=""):
    programs = postgres.installed()
    if not programs:
        return
    with World(binaries, seed=21) as world, postgres.Postgres(programs) as server:
        rows = people(PROFILES, world.random)
        server.table("customers", rows)
        shop = Shop(world, ("--postgres", server.conninfo(user), *more), ("--query", GATED), stdin=stdin)
        shop.exact(world.ctl.run("all"), rows, added=len(rows))
        scenario(world, server, shop, rows)
        world.check_no_traces([postgres.PASSWORD])


def caught_in_the_middle(server, shop, what):
    """A run to which `what` happens while its query waits -> its record."""
    with postgres.Gate(server) as gate:
        run = shop.begin()
        gate.wait_for_reader()
        what(gate)
        return shop.end(run, code=7)


def test_a_server_that_goes_away_skips_the_run(binaries):
    def scenario(world, server, shop, rows):
        server.stop()
        shop.nothing_done(world.ctl.run("all", expect=7), "skipped", "connection")
        server.start()
        shop.exact(world.ctl.run("all"), rows, unchanged=len(rows))

        def kill_backend(_):
            server.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'audienced'")
        shop.nothing_done(caught_in_the_middle(server, shop, kill_backend), "skipped", "administrator command")
        shop.exact(world.ctl.run("all"), rows, unchanged=len(rows))

        def power_fails(_):
            server.stop()
            server.start()
        shop.nothing_done(caught_in_the_middle(server, shop, power_fails), "skipped", "connection")
        shop.exact(world.ctl.run("all"), rows, unchanged=len(rows))

        def cancel_query(_):
            server.sql("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'audienced'")
        shop.nothing_done(caught_in_the_middle(server, shop, cancel_query), "skipped", "cancelled")
        world.ctl("source", "edit", "source-all", "--statement-timeout", "1")
        shop.nothing_done(caught_in_the_middle(server, shop, lambda _: None), "skipped", "--statement-timeout")
        world.ctl("source", "edit", "source-all", "--statement-timeout", "")
        shop.exact(world.ctl.run("all"), rows, unchanged=len(rows))
    with_shop(binaries, scenario)


def test_what_others_write_meanwhile_belongs_to_the_next_run(binaries):
    def scenario(world, server, shop, rows):
        kept = rows[len(rows) // 10:]
        with postgres.Gate(server) as gate:
            run = shop.begin()
            gate.wait_for_reader()
            server.sql(f"DELETE FROM customers WHERE id <= {len(rows) - len(kept)}; UPDATE customers SET city = 'Elsewhere'")
            gate.open()
            shop.exact(shop.end(run), rows, unchanged=len(rows), removed=0)
        moved = [(*row[:3], "Elsewhere") for row in kept]
        shop.exact(world.ctl.run("all"), moved, updated=len(moved), removed=len(rows) - len(kept))
    with_shop(binaries, scenario)


def test_an_empty_or_missing_table_removes_no_member(binaries):
    def scenario(world, server, shop, rows):
        server.sql("ALTER TABLE customers RENAME TO customers_old")
        shop.nothing_done(world.ctl.run("all", expect=1), "failed", "customers")
        server.sql("CREATE TABLE customers (LIKE customers_old)")
        shop.nothing_done(world.ctl.run("all", expect=7), "skipped", "--min-profiles")
        server.sql(f"INSERT INTO customers SELECT * FROM customers_old WHERE id <= {len(rows) // 2}")
        held = world.ctl.run("all", expect=7)
        shop.nothing_done(held, "held")
        world.ctl("runs", "cancel", str(held["id"]))
        server.sql(f"INSERT INTO customers SELECT * FROM customers_old WHERE id > {len(rows) // 2}")
        shop.exact(world.ctl.run("all"), rows, unchanged=len(rows))
    with_shop(binaries, scenario)


def test_a_password_that_was_changed_fails_the_run_until_it_is_given(binaries):
    def scenario(world, server, shop, rows):
        server.sql("ALTER ROLE reader PASSWORD 'another one'")
        shop.nothing_done(world.ctl.run("all", expect=1), "failed", "password", "source edit")
        equal("source edit" in world.ctl("source", "test", "source-all", expect=1).text, True, "the hint of source test")
        world.ctl("source", "edit", "source-all", "--password-file", "-", stdin="another one\n")
        shop.exact(world.ctl.run("all"), rows, unchanged=len(rows))
        server.sql("REVOKE SELECT ON customers FROM reader")
        shop.nothing_done(world.ctl.run("all", expect=1), "failed", "permission denied", "grant SELECT")
        server.sql("GRANT SELECT ON customers TO reader; ALTER ROLE reader NOLOGIN")
        shop.nothing_done(world.ctl.run("all", expect=1), "failed", "not permitted to log in")
        server.sql("ALTER ROLE reader LOGIN")
        world.ctl("source", "edit", "source-all", "--postgres", server.conninfo("reader").replace("crm", "no_such_database"))
        shop.nothing_done(world.ctl.run("all", expect=1), "failed", "no_such_database")
        world.ctl("source", "edit", "source-all", "--postgres", server.conninfo("reader"))
        shop.exact(world.ctl.run("all"), rows, unchanged=len(rows))
    with_shop(binaries, scenario, "reader", ("--password-file", "-"), postgres.PASSWORD + "\n")


if __name__ == "__main__":
    sys.exit(main(globals()))
