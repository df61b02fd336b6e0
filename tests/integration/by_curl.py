"""The calls of a first run, made by curl: what moving the same requests costs at least."""
import json
import os
import resource
import subprocess
import urllib.request

MEMBERS_A_CALL = 500
CALLS_AT_ONCE = 8


def chunks(rows):
    return [rows[start:start + MEMBERS_A_CALL] for start in range(0, len(rows), MEMBERS_A_CALL)]


def upsert_body(rows):
    members = [{"email_address": email, "status_if_new": "subscribed", "merge_fields": {"FNAME": first, "LNAME": last, "CITY": city}}
               for email, first, last, city in rows]
    return json.dumps({"members": members, "update_existing": True}, separators=(",", ":"))


def make_tag(sandbox, audience, key, title):
    request = urllib.request.Request(f"{sandbox.base}/3.0/lists/{audience}/segments", method="POST",
                                     data=json.dumps({"name": title, "static_segment": []}).encode(),
                                     headers={"Content-Type": "application/json", "Authorization": f"Bearer {key}"})
    with urllib.request.urlopen(request, context=sandbox.tls) as answer:
        return json.load(answer)["id"]


def write_calls(folder, name, sandbox, key, path, bodies):
    """-> a file for curl --config; the key stands in it and not among curl's arguments."""
    config = os.path.join(folder, f"{name}.curl")
    with open(config, "w", encoding="utf-8") as out:
        os.chmod(config, 0o600)
        for number, body in enumerate(bodies):
            file = os.path.join(folder, f"{name}.{number}.json")
            with open(file, "w", encoding="utf-8") as data:
                data.write(body)
            out.write(f'{"next" if number else ""}\nurl = "{sandbox.base}{path}"\ncacert = "{sandbox.ca_file}"\nnoproxy = "*"\n'
                      f'user = "any:{key}"\nheader = "Content-Type: application/json"\nheader = "Expect:"\ndata-binary = "@{file}"\n'
                      'output = "/dev/null"\ncompressed\nsilent\nshow-error\nfail\n')
    return config


def run_curl(config):
    """-> processor seconds"""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(["curl", "--no-progress-meter", "--parallel", "--parallel-max", str(CALLS_AT_ONCE), "--config", config], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def first_run_by_curl(sandbox, key, folder, audience, rows):
    """Upserts and tags these members in an audience that has none of them -> processor seconds of curl."""
    tag = make_tag(sandbox, audience, key, "Customers")
    upserts = write_calls(folder, "upsert", sandbox, key, f"/3.0/lists/{audience}?skip_merge_validation=true&skip_duplicate_check=true",
                          map(upsert_body, chunks(rows)))
    tags = write_calls(folder, "tag", sandbox, key, f"/3.0/lists/{audience}/segments/{tag}",
                       (json.dumps({"members_to_add": [row[0] for row in some]}, separators=(",", ":")) for some in chunks(rows)))
    return run_curl(upserts) + run_curl(tags)
