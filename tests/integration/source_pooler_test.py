#!/usr/bin/env python3
"""PgBouncer between the daemon and PostgreSQL, where every transaction may meet another connection: still exact; and what the
pooler itself refuses is reported with a hint."""
import os
import shutil
import subprocess
import sys
import time

import postgres
from daemon import Failed
from harness import World, equal, main, not_tested
from outage import Shop
from rows import COLUMNS, people

PROGRAM = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"


class Pooler:
    def __init__(self, server, mode="transaction", size=2):
        self.server, self.port, self.process = server, postgres.free_port(), None
        self.settings, users = os.path.join(server.folder, f"pooler-{mode}.ini"), os.path.join(server.folder, "users")
        with open(users, "w", encoding="utf-8") as file:
            file.write(f'"reader" "{postgres.PASSWORD}"\n')
        with open(self.settings, "w", encoding="utf-8") as file:
            file.write(f"[databases]\ncrm = host={server.folder} port={server.port} dbname=crm\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
                       f"listen_port = {self.port}\nunix_socket_dir =\nauth_type = scram-sha-256\nauth_file = {users}\n"
                       f"pool_mode = {mode}\ndefault_pool_size = {size}\nquery_wait_timeout = 2\nserver_login_retry = 1\n")
        for path in (users, self.settings):
            postgres.own(path)

    def __enter__(self):
        self.log = open(os.path.join(self.server.folder, "pooler.log"), "ab")
        self.process = subprocess.Popen([*postgres.as_server(), PROGRAM, self.settings], stdin=subprocess.DEVNULL, stdout=self.log,
                                        stderr=self.log, cwd="/")
        deadline = time.monotonic() + 30
        while subprocess.run([f"{self.server.programs}/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)], check=False).returncode:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise Failed("pgbouncer does not start")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)
        self.log.close()


def with_server(binaries, scenario):
    programs = postgres.installed()
    if not os.access(PROGRAM, os.X_OK):
        not_tested("no pgbouncer (Debian: pgbouncer)")
        return
    if not programs:
        return
    with World(binaries, seed=41) as world, postgres.Postgres(programs) as server:
        rows = people(6000, world.random)
        server.table("customers", rows)
        scenario(world, server, rows)
        world.check_no_traces([postgres.PASSWORD])


def shop_through(world, server, pooler):
    # The first 3000 rows come at once; a gate can be shut before the others.
    query = (f"SELECT {COLUMNS} FROM customers WHERE id <= 3000 UNION ALL SELECT {COLUMNS} FROM customers WHERE id > 3000 "
             f"AND pg_advisory_xact_lock_shared({postgres.Gate.NUMBER}) IS NOT NULL")
    return Shop(world, ("--postgres", server.conninfo("reader", pooler.port), "--password-file", "-"), ("--query", query),
                stdin=postgres.PASSWORD + "\n")


def test_transactions_on_any_connection(binaries):
    def scenario(world, server, rows):
        with Pooler(server) as pooler:
            shop = shop_through(world, server, pooler)
            shop.exact(world.ctl.run("all"), rows, added=len(rows))
            shop.exact(world.ctl.run("all"), rows, unchanged=len(rows))
            # Nothing of a read stays behind on the connection that others get next.
            equal(server.sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"), "0", "locks left behind")
            with postgres.Gate(server) as gate:
                run = shop.begin()
                gate.wait_for_reader()
                server.sql("DELETE FROM customers WHERE id <= 600")
                gate.open()
                shop.exact(shop.end(run), rows, unchanged=len(rows))
            shop.exact(world.ctl.run("all"), rows[600:], removed=600)
            with postgres.Gate(server) as gate:
                run = shop.begin()
                gate.wait_for_reader()
                server.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'audienced'")
                shop.nothing_done(shop.end(run, code=7), "skipped", "not ready", "server")
            with postgres.Gate(server) as gate:  # cancelled: the server's work ends too, through the pooler
                run = shop.begin()
                gate.wait_for_reader()
                world.ctl("runs", "cancel", str(run))
                server.wait_for("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory'", "0")
                shop.nothing_done(shop.end(run, code=1), "cancelled")
            shop.exact(world.ctl.run("all"), rows[600:], unchanged=len(rows) - 600)
            server.stop()
            shop.nothing_done(world.ctl.run("all", expect=7), "skipped", "not ready", "server")
            server.start()
            run = {"status": "skipped"}
            while run["status"] == "skipped":  # the pooler believes in the server again after a second
                run = world.ctl.run("all", expect=None)
            shop.exact(run, rows[600:], unchanged=len(rows) - 600)
        shop.nothing_done(world.ctl.run("all", expect=7), "skipped", "refused")
    with_server(binaries, scenario)


def test_what_the_pooler_refuses(binaries):
    def scenario(world, server, rows):
        with Pooler(server) as pooler, Pooler(server, "statement") as statement:
            shop = shop_through(world, server, pooler)
            shop.exact(world.ctl.run("all"), rows, added=len(rows))
            there = server.conninfo("reader", pooler.port)
            for conninfo, words in ((there + " options='-c statement_timeout=5000'", ("options", "leave it out")),
                                    (there.replace("crm", "nothing"), ("nothing",)),
                                    (there.replace("reader", "unknown"), ("authentication failed", "source edit")),
                                    (server.conninfo("reader", statement.port), ("pool_mode", "transaction"))):
                world.ctl("source", "edit", "source-all", "--postgres", conninfo)
                shop.nothing_done(world.ctl.run("all", expect=1), "failed", *words)
            world.ctl("source", "edit", "source-all", "--postgres", there, "--password-file", "-", stdin="another one\n")
            shop.nothing_done(world.ctl.run("all", expect=1), "failed", "authentication failed", "source edit")
            world.ctl("source", "edit", "source-all", "--password-file", "-", stdin=postgres.PASSWORD + "\n")
            shop.exact(world.ctl.run("all"), rows, unchanged=len(rows))
    with_server(binaries, scenario)


if __name__ == "__main__":
    sys.exit(main(globals()))
