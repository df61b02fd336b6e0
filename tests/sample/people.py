#!/usr/bin/env python3
"""Makes a sample customer database: the same one for the same seed, on every machine.

    people.py FILE [--customers 10000] [--seed 1]     make it
    people.py FILE --change 100 --remove 20 --add 30  and let time pass
"""
import argparse
import os
import random
import sqlite3
import sys

from names import NAMES

SCHEMA = """
CREATE TABLE customers (
    id         INTEGER PRIMARY KEY,
    email      TEXT NOT NULL,
    first_name TEXT,
    last_name  TEXT,
    city       TEXT,
    tier       TEXT,
    newsletter INTEGER NOT NULL,
    loyal      INTEGER NOT NULL
);
CREATE VIEW newsletter_readers AS SELECT * FROM customers WHERE newsletter ORDER BY id;
CREATE VIEW loyal_customers AS SELECT * FROM customers WHERE loyal ORDER BY id;
"""
DOMAINS = ("example.com", "example.org", "example.net")
TIERS = ("bronze", "silver", "gold")
CITIES = sorted(NAMES)


def customer(number, rng):
    """One row. Every customer is in at least one of the two segments: eight of ten read the newsletter, half are loyal."""
    city = rng.choice(CITIES)
    (first, first_latin), (last, last_latin) = (rng.choice(names) for names in NAMES[city])
    email = f"{first_latin}.{last_latin}.{number}@{rng.choice(DOMAINS)}"
    newsletter = number % 10 < 8
    loyal = number % 10 < 3 or not newsletter
    return number, email, first, last, city, rng.choice(TIERS), int(newsletter), int(loyal)


def make(path, customers, seed):
    if os.path.exists(path):
        os.unlink(path)
    rng = random.Random(seed)
    with sqlite3.connect(path) as db:
        db.executescript(SCHEMA)
        db.executemany("INSERT INTO customers VALUES (?,?,?,?,?,?,?,?)", (customer(i, rng) for i in range(1, customers + 1)))
    db.close()


def pass_time(path, change, remove, add, seed):
    """-> (ids changed, ids removed, ids added). Changed customers move to another city; addresses stay."""
    rng = random.Random(seed + 1)
    with sqlite3.connect(path) as db:
        ids = [row[0] for row in db.execute("SELECT id FROM customers ORDER BY id")]
        touched = rng.sample(ids, change + remove)
        changed, removed = touched[:change], touched[change:]
        for number in changed:
            (city,) = db.execute("SELECT city FROM customers WHERE id = ?", (number,)).fetchone()
            db.execute("UPDATE customers SET city = ? WHERE id = ?", (rng.choice([c for c in CITIES if c != city]), number))
        db.executemany("DELETE FROM customers WHERE id = ?", ((number,) for number in removed))
        added = list(range(max(ids) + 1, max(ids) + 1 + add))
        db.executemany("INSERT INTO customers VALUES (?,?,?,?,?,?,?,?)", (customer(number, rng) for number in added))
    db.close()
    return changed, removed, added


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--customers", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--change", type=int, default=0)
    parser.add_argument("--remove", type=int, default=0)
    parser.add_argument("--add", type=int, default=0)
    options = parser.parse_args()
    if options.change or options.remove or options.add:
        changed, removed, added = pass_time(options.file, options.change, options.remove, options.add, options.seed)
        print(f"{len(changed)} changed, {len(removed)} removed, {len(added)} added")
    else:
        make(options.file, options.customers, options.seed)
        print(f"{options.customers} customers in {options.file}")


if __name__ == "__main__":
    sys.exit(main())
