#!/usr/bin/env python3
"""What speaks PostgreSQL's protocol and is less, or elsewhere: an engine that refuses savepoints and settings, and a hot standby that is
promoted under a read. A run is exact, or changes nothing and says why."""
import sys

import postgres
from choosy_proxy import ChoosyProxy
from harness import World, equal, main
from outage import Shop
from rows import people
from source_outage_test import GATED

# As Redshift: a fork of 8.0 without savepoints, with fewer settings and functions, whose cursors go forward only, 1,000 rows at a time.
LESS = (r"^(SAVEPOINT|RELEASE|ROLLBACK TO)\b|SET LOCAL (IntervalStyle|bytea_output|cursor_tuple_fraction|client_connection_check_interval)"
        r"|txid_current_snapshot|\bNO SCROLL\b|FETCH FORWARD ([2-9]\d{3}|1\d*[1-9]\d{2}|\d{5,})\b")


def with_server(binaries, scenario):
    programs = postgres.installed()
    if not programs:
        return
    with World(binaries, seed=51) as world, postgres.Postgres(programs) as server:
        rows = people(3000, world.random)
        server.table("customers", rows)
        scenario(world, server, rows)
        world.check_no_traces([postgres.PASSWORD])


def test_an_engine_that_refuses_savepoints_and_settings(binaries):
    def scenario(world, server, rows):
        def source(proxy):
            return ("--postgres", server.conninfo("reader", proxy.port), "--password-file", "-"), postgres.PASSWORD + "\n"
        with ChoosyProxy(server.port, LESS, "8.0.2") as proxy:
            words, password = source(proxy)
            shop = Shop(world, words, ("--table", "customers"), stdin=password)
            shop.exact(world.ctl.run("all"), rows, added=len(rows))
            equal(bool(proxy.refused), True, "statements that the proxy refused")
        # Even the settings that matter may be missing, as long as dates are ISO 8601 without them.
        with ChoosyProxy(server.port, LESS + r"|statement_timeout|DateStyle|extra_float_digits|now\(\)", "8.0.2") as proxy:
            words, password = source(proxy)
            world.ctl("source", "edit", "source-all", *words, stdin=password)
            shop.exact(world.ctl.run("all"), rows, unchanged=len(rows))
            equal([sql for sql in proxy.refused if "statement_timeout" in sql] != [], True, "a refused statement_timeout")
            server.sql("ALTER ROLE reader SET DateStyle = 'SQL, DMY'")
            shop.nothing_done(world.ctl.run("all", expect=1), "failed", "DateStyle to ISO", "SQL, DMY")
    with_server(binaries, scenario)


def test_a_hot_standby_that_is_promoted_under_a_read(binaries):
    def scenario(world, primary, rows):
        with postgres.Standby(primary) as standby:
            where = (f"host={primary.folder},{standby.folder} port={primary.port},{standby.port} user=postgres dbname=crm "
                     "target_session_attrs=")
            standby.catch_up()
            shop = Shop(world, ("--postgres", where + "standby"), ("--query", GATED))
            shop.exact(world.ctl.run("all"), rows, added=len(rows))

            # What the read needs is removed: the standby ends it, and the run reads again.
            with postgres.Gate(standby) as gate:
                run = shop.begin()
                gate.wait_for_reader()
                primary.sql("DELETE FROM customers WHERE id <= 300")
                primary.sql("VACUUM customers")
                standby.wait_for("SELECT sum(confl_snapshot) > 0 FROM pg_stat_database_conflicts", "t")
                standby.catch_up()
                gate.open()
                rows = rows[300:]
                shop.exact(shop.end(run), rows, removed=300)

            with postgres.Gate(standby) as gate:
                run = shop.begin()
                gate.wait_for_reader()
                primary.stop()
                standby.sql("SELECT pg_promote()")
                standby.sql("DELETE FROM customers WHERE id <= 400")
                gate.open()
                shop.exact(shop.end(run), rows, unchanged=len(rows), removed=0)
            shop.nothing_done(world.ctl.run("all", expect=7), "skipped", "hot standby", "prefer-standby")
            world.ctl("source", "edit", "source-all", "--postgres", where + "prefer-standby")
            shop.exact(world.ctl.run("all"), rows[100:], removed=100)
    with_server(binaries, scenario)


if __name__ == "__main__":
    sys.exit(main(globals()))
