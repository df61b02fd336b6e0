#!/usr/bin/env python3
"""Every field type of both providers, with values that databases, spreadsheets and people write: what `export test` warns of and `export preview`
shows is what is then sent, and taken. The values are those of docs/VALUES.md, and twelve that every field meets."""
import json
import os
import re
import sqlite3
import sys
from collections import Counter

from harness import World, equal, main

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "VALUES.md")
TWELVE = ("gold", " gold", "2024-01-31", "2024-01-31T10:00:00Z", "14.03.1980", "1,234.50", "1e999", "t", "+49 30 1234567", "(404) 555-1212",
          "https://example.org/a", "é" * 300)
LIST = "00000001-4752-11e9-9c8a-fa163e6b01c1"
USAGE, NOT_FOUND = 2, 5


def told(heading):
    """-> {field of the page: its values}"""
    with open(PAGE, encoding="utf-8") as file:
        part = file.read().split(f"\n## {heading}\n")[1].split("\n## ")[0]
    out = {}
    for field, value, times in re.findall(r"^\| ([^|]+) \| `(.*?)`(?: (\d+) times)? \| ", part, re.M):
        if field != "field":
            out.setdefault(field, []).append(value * int(times or 1))
    return out


def options_of(field):
    return field[field.index(" (") + 2:-1] if " (" in field else ""


def write_people(world, columns):
    """One column per field: the twelve values and its own, and nothing below -> the names of the columns"""
    names = [f"a{number}" for number in range(len(columns))]
    count = max(len(values) for values in columns)
    with sqlite3.connect(world.path("crm.db")) as db:
        db.execute(f"CREATE TABLE people (email, {', '.join(names)})")
        for row in range(count):
            values = [column[row] if row < len(column) else None for column in columns]
            db.execute(f"INSERT INTO people VALUES ({','.join('?' * (len(names) + 1))})", [f"p{row:02}@example.org", *values])
    db.close()
    world.ctl("source", "add", "crm", "--sqlite", world.path("crm.db"))
    world.ctl("segment", "add", "people", "--source", "crm", "--query", "SELECT * FROM people ORDER BY email")
    return names


def same(shown, taken):
    """A number may come back without the zeros at its end."""
    try:
        return shown == taken or float(shown) == float(taken)
    except ValueError:
        return False


def check(world, taken_of):
    """The three tell the same. `taken_of`: -> {address: {field: value}} as the provider has them."""
    test = world.ctl("export", "test", "all", "--json").json()
    equal(test["ok"], True, "the mapping")
    preview = world.ctl("export", "preview", "all", "--limit", "100", "--json").json()
    rows = preview["rows"]
    equal(len(rows), preview["counts"]["added"], "rows of the preview")
    left_out = [(row["change"], value["field"], value["why"]) for row in rows for value in row["left_out"]]
    equal(preview["values_dropped"], len(left_out), "values left out")
    counted = Counter((field, why) for _, field, why in left_out)
    warned = {}
    for warning in test["warnings"]:
        found = re.fullmatch(r"(\S+): (\d+)(?: of \d+)? values in the first rows would be left out: (.*)", warning)
        equal(bool(found), True, f"a warning about values, not: {warning}")
        warned[found[1], found[3]] = int(found[2])
    equal(warned, dict(counted), "what `export test` warns of")

    run = world.ctl.run("all")
    world.check_run(run, read=len(rows), added=len(rows), rejected=0)
    equal(run["values_dropped"], len(left_out), "values that the run left out")
    rejects = world.ctl("runs", "rejects", str(run["id"]), "--json").json()
    rejects = rejects if isinstance(rejects, list) else rejects["rejects"]
    equal(Counter((reject["field"], reject["detail"]) for reject in rejects), counted, "rejects of the run")
    found = taken_of()
    equal(len(found), len(rows), "members")
    differences = []
    for number, row in enumerate(rows):  # in the order of the source
        values = {field: value for field, value in found[f"p{number:02}@example.org"].items() if value}
        shown = row["values"]
        differences += [(number, field, shown.get(field), values.get(field)) for field in shown.keys() | values.keys()
                        if not same(shown.get(field, ""), values.get(field, ""))]
    equal(differences, [], "values shown and taken")
    world.check_run(world.ctl.run("all"), added=0, updated=0)


def merge_field(number, field):
    made = {"tag": f"F{number}", "type": field.split(" (")[0], "name": f"Field {number}"}
    options = options_of(field)
    if made["type"] == "phone":
        made["phone_format"] = options
    elif made["type"] == "birthday":
        made["date_format"] = options
    elif options:
        made["choices"] = options.split(", ")
    return made


def refuse_mappings(world, words):
    """What can never work is refused before there is an export, with advice that can be followed."""
    for mapped, code, says in ((["a0=HOME"], USAGE, "--map zip=HOME.zip"), (["a0=HOME.zip"], USAGE, "HOME.addr1, HOME.city, HOME.state too"),
                               (["a0=F0", "a1=f0"], USAGE, "a0 and a1"), (["a0=Field 1"], NOT_FOUND, "--map a0=F1"),
                               (["a0=FAVORITECOLOR"], USAGE, "1 to 10 of the characters"), (["a0=SHOESIZE"], NOT_FOUND, "--create-fields")):
        for create in ([], ["--create-fields"]):
            if create and code == NOT_FOUND and says == "--create-fields":
                continue  # that one can be made
            text = world.ctl("export", "add", "all", *words, *create, *(word for pair in mapped for word in ("--map", pair)), expect=code).text
            equal(says in text, True, f"{mapped} is refused with {says}, not: {text}")
            equal("--create-fields" in text, says == "--create-fields", f"advice to make {mapped}")


def test_mailchimp(binaries):
    told_of = told("Mailchimp")
    told_of.pop("address")
    parts = told_of.pop("part of an address")
    fields = list(told_of)
    made = [merge_field(number, field) for number, field in enumerate(fields)] + [{"tag": "HOME", "type": "address"}]
    with World(binaries, fields=()) as world:
        world.sandbox.call("POST", "mailchimp/lists", {"account": "shop", "id": "b1b2c3d4e5", "name": "Values", "no_default_fields": True,
                                                       "merge_fields": made})
        streets = list(TWELVE) + parts
        halves = [None if number % 5 == 4 else "Boston" for number in range(len(streets))]
        columns = [list(TWELVE) + told_of[field] for field in fields] + [streets, halves, ["MA"] * len(streets), ["02110"] * len(streets)]
        names = write_people(world, columns)
        targets = [field["tag"] for field in made[:-1]] + ["HOME.addr1", "home.City", "HOME.state", "HOME.zip"]
        mapped = [word for name, target in zip(names, targets) for word in ("--map", f"{name}={target}")]
        world.connect()
        words = ("--connection", "shop", "--destination", "b1b2c3d4e5", "--segment", "people", "--email", "email")
        refuse_mappings(world, words)
        world.ctl("export", "add", "all", *words, *mapped)

        def taken():
            tags = [field["tag"] for field in made]
            text = world.sandbox.call("GET", f"mailchimp/lists/b1b2c3d4e5/members?fields={','.join(tags)}", text=True)
            out = {}
            for line in filter(None, text.split("\n")):
                address, status, _, *values = line.split("\t")
                equal(status, "subscribed", "status")
                out[address] = dict(zip(tags, values))
                home = out[address].pop("HOME")
                if home:
                    out[address] |= {f"HOME.{part}": value for part, value in json.loads(home).items() if part != "country"}
            return out

        check(world, taken)
        world.check_nobody_harmed()


def custom_field(number, field):
    made = {"label": f"Field {number}", "type": field.split(" (")[0], "metadata": {}}
    options = options_of(field)
    if made["type"].endswith("select"):
        made["choices"] = options.split(", ")
    elif made["type"] == "currency":
        made["metadata"]["currency_code"] = options
    elif options == "below zero":
        made["metadata"]["allow_negative"] = True
    elif options.endswith(" decimals"):
        places = int(options.split()[0])
        made["metadata"] |= {"decimal_places": places} if places else {"integer": True}
    return made


def test_constant_contact(binaries):
    told_of = told("Constant Contact")
    born = told_of.pop("month") + told_of.pop("day")
    standard = {"home_phone": told_of.pop("phone"), "anniversary": told_of["date"], "first_name": told_of["string"], "street": told_of["string"]}
    fields = list(told_of)
    made = [custom_field(number, field) for number, field in enumerate(fields)]
    with World(binaries) as world:
        here = world.sandbox
        here.call("POST", "constant-contact/accounts", {"name": "acme", "custom_fields": made})
        here.call("POST", "constant-contact/accounts/acme/lists", {"id": LIST, "name": "Values"})
        here.call("POST", "apps", {"client_id": "app", "provider": "constant_contact", "account": "acme"})
        world.ctl("connection", "add", "acme", "--provider", "constant-contact", "--client-id", "app", "--consent",
                  "--login-base", here.base, "--api-base", here.base, "--ca-file", here.ca_file)
        token = here.call("POST", "tokens", {"client_id": "app", "account": "acme", "scope": "contact_data account_read offline_access"})
        world.ctl("connection", "import-token", "acme", "--token-file", "-", stdin=json.dumps(token))

        columns = [list(TWELVE) + values for values in [told_of[field] for field in fields] + list(standard.values()) + [born]]
        names = write_people(world, columns)
        targets = [f"cf:{field['label'].lower().replace(' ', '_')}" for field in made] + list(standard) + ["birthday_month"]
        mapped = [word for name, target in zip(names, targets) for word in ("--map", f"{name}={target}")]
        world.ctl("export", "add", "all", "--connection", "acme", "--destination", LIST, "--segment", "people", "--email", "email", *mapped,
                  "--map", f"{names[-1]}=birthday_day")

        def taken():
            columns = targets + ["birthday_day"]
            text = here.call("GET", f"constant-contact/accounts/acme/contacts?list={LIST}&fields={','.join(columns)}", text=True)
            return {line.split("\t")[0]: dict(zip(columns, line.split("\t")[3:])) for line in text.split("\n") if line}

        check(world, taken)
        world.check_nobody_harmed()


if __name__ == "__main__":
    sys.exit(main(globals()))
