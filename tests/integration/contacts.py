"""Constant Contact's side of a world: an account with a list, the connection to it, its exports, and customers with two values more."""
import json
import sqlite3
import uuid

import expect
from harness import equal
from rows import people

IMPORTS = ("contacts_file_import", "contacts_json_import")
IMPORT_CALLS = tuple(f"POST /v3/activities/{kind}" for kind in IMPORTS)
NAMES = ("first_name", "last_name")
TIERS = ("bronze", "silver", "gold", "Stammkundschaft, \u201egro\u00df\u201c", 'so called "friends"')
MOST_ROWS, MOST_BYTES = 39_999, 3_900_000


class Contacts:
    """One account; several may share an application. Its connection has the account's name."""

    def __init__(self, world, account="letters", client_id="cc-app", custom_fields=()):
        self.world, self.account = world, account
        self.list = str(uuid.UUID(int=world.random.getrandbits(128), version=4))
        token = world.sandbox.contact_list(account, self.list, client_id, custom_fields)
        world.ctl("connection", "add", account, "--provider", "constant-contact", "--consent", "--client-id", client_id,
                  "--api-base", world.sandbox.base, "--login-base", world.sandbox.base, "--ca-file", world.sandbox.ca_file)
        world.ctl("connection", "import-token", account, "--token-file", "-", stdin=json.dumps(token))

    def export(self, name, segments, *words, maps=(), expect=0):
        chosen = [word for segment in segments for word in ("--segment", segment)]
        mapped = [word for name_of in NAMES for word in ("--map", f"{name_of}={name_of}")]
        mapped += [word for pair in maps for word in ("--map", pair)]
        return self.world.ctl("export", "add", name, "--connection", self.account, "--destination", self.list, *chosen,
                              "--email", "email", *mapped, *words, expect=expect)

    def act(self, what, emails, **more):
        if what in ("leave_list", "join_list"):
            more["list"] = self.list
        self.world.sandbox.act_contacts(self.account, what, emails, **more)

    def seed(self, contacts):
        self.world.sandbox.seed_contacts(self.account, contacts)

    def members(self, fields=NAMES):
        """The members of the list -> {address: (permission, values ...)}"""
        return self.world.sandbox.dump_list(self.account, self.list, fields)

    def all_contacts(self, fields=NAMES):
        """The contacts of the account, including deleted ones."""
        return self.world.sandbox.dump_list(self.account, "", fields)

    def imports(self):
        return self.world.sandbox.activities(self.account, *IMPORTS)

    def check_members(self, wanted, fields=NAMES):
        equal(expect.differences(wanted, self.members(fields)), [], f"the list of {self.account}")


def valued(rows, rng):
    """(email, first, last, city) -> (email, first, last, tier, since): the day is written with a time by some, and some have none."""
    for email, first, last, _ in rows:
        since = f"{rng.randrange(1995, 2026)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"
        dice = rng.random()
        yield email, first, last, rng.choice(TIERS), since + " 17:04:59" if dice < 0.3 else None if dice > 0.99 else since


def customers(count, rng, start=1):
    return list(valued(people(count, rng, start), rng))


def write_customers(path, table, rows):
    with sqlite3.connect(path) as db:
        db.execute(f"DROP TABLE IF EXISTS {table}")
        db.execute(f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, email, first_name, last_name, tier, since)")
        db.executemany(f"INSERT INTO {table} (email, first_name, last_name, tier, since) VALUES (?,?,?,?,?)", rows)
    db.close()


def cell(text):
    """As a table holds it, by RFC 4180."""
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\r\n') else text


def fewest_imports(members):
    """(address, values ...) in the order of delivery -> the rows of each import, if each takes as many as the limits allow."""
    imports, size = [], 0
    for member in members:
        line = len((",".join(cell(value or "") for value in member) + "\n").encode())
        if not imports or imports[-1] == MOST_ROWS or size + line > MOST_BYTES:
            imports.append(0)
            size = 0
        imports[-1], size = imports[-1] + 1, size + line
    return imports
