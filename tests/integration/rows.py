"""Generated customers as segments: the SQLite table that the daemon reads, and the same rows for expect.Plan."""
import os
import sqlite3
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "sample"))
from people import customer  # noqa: E402

COLUMNS = "email, first_name, last_name, city"


def people(count, rng, start=1):
    """Clean rows (email, first, last, city), all addresses different."""
    rows = []
    for number in range(start, start + count):
        _, email, first, last, city, *_ = customer(number, rng)
        rows.append((email, first, last, city))
    return rows


def soil(rows, rng):
    """The same customers as real tables have them -> more rows, in an order that the generator chose: other spellings of an address
    that came before, blanks of every kind, upper case, and addresses that are none."""
    soiled = []
    for email, first, last, city in rows:
        local, domain = email.split("@")
        dice = rng.random()
        if dice < 0.04:
            email = rng.choice((" ", "\t", "\u00a0", "\u3000", "\ufeff", "\n")) + email + rng.choice(("", " ", "\u2003", "\r\n"))
        elif dice < 0.08:
            email = f"{local.upper()}@{domain.capitalize()}"
        soiled.append((email, first, last, city))
        if dice > 0.97:  # once more, spelled differently, under another name
            soiled.append((f"  {local.title()}@{domain.upper()} ", "Second", "Spelling", city))
        elif dice > 0.955:
            soiled.append((bad_address(email, rng), first, last, city))
        if 0.10 < dice < 0.12:  # nothing known but the address
            soiled[-1] = (email, None, "", city)
    return soiled


def bad_address(email, rng):
    local, domain = email.strip().split("@")
    return rng.choice((
        None, "", "   ", local, f"@{domain}", f"{local}@", f"{local}@{domain}@{domain}", f"{local}@localhost", f"{local} x@{domain}",
        f"{local}@-{domain}", f"{local}@{domain.replace('.', '..')}", f"<{local}>@{domain}", f"{'x' * 65}@{domain}",
        f"{local},{local}@{domain}", f"{local}@{'y' * 64}.com", f'"{local}"@{domain}', f"{local}@b\u00fccher.example"))


def write_table(path, table, rows):
    with sqlite3.connect(path) as db:
        db.execute(f"DROP TABLE IF EXISTS {table}")
        db.execute(f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, {COLUMNS})")
        db.executemany(f"INSERT INTO {table} ({COLUMNS}) VALUES (?,?,?,?)", rows)
    db.close()


def fed(rows):
    """As expect.Plan wants them."""
    return ((row[0], row[1:]) for row in rows)
