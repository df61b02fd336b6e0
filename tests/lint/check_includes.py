#!/usr/bin/env python3
"""Includes point one way (docs/ARCHITECTURE.md): a file includes files of a lower rank or of its own folder, adapters do not
see each other, only daemon/ sees an adapter, and pure folders know neither Asio nor a clock. What a provider says on the
wire (lib/provider/*/wire/) is read and written by pure files."""
import re
import sys

from sources import code, files, includes, main, read

RANK = {
    "base": 0,
    "model": 1,
    "plan": 2, "retry": 2, "config": 2, "vault": 2, "log": 2,
    "aio": 3,
    "http": 4,
    "store": 5, "source": 5, "provider": 5,
    "schedule": 6, "spool": 6,
    "run": 7,
    "inspect": 8, "notify": 8,
    "control": 9,
}
# Seams that are plain declarations over model stand lower than the folder they lie in.
SEAMS = {"source/source.hpp": 1.5, "http/message.hpp": 1.5}
# An adapter sees the seam above it and the parts beside it that adapters share; the registry alone names it. Which folders
# are adapters stands in lib/source/sources.def and lib/provider/providers.def, and here.
ADAPTERS = {"http/beast"}
LISTED = re.compile(r"^AUDIENCED_(SOURCE|PROVIDER)\((\w+)\)", re.M)
# Ranks differ by one, and still the one has no business with the other.
NEVER = {"provider": {"store", "vault"}, "source": {"store", "vault"}, "http": {"plan", "vault", "log"}}
PURE = ("lib/model/", "lib/plan/", "lib/retry/", "lib/schedule/calendar", "lib/schedule/zone", "lib/schedule/planner",
        "lib/provider/rate_limit", "lib/http/pool_state", "lib/http/message")
OF_DAEMON = re.compile(r"(?:\.\./)*daemon/")
WIRE = re.compile(r"lib/provider/\w+/wire/")
IMPURE = re.compile(r"\b(?:system_clock|steady_clock|high_resolution_clock)::now\b|\bgetenv\s*\(|\brandom_device\b")


def adapters(root):
    found = set(ADAPTERS)
    for path in files(root, ".def", under=("lib",)):
        found |= {f"{kind.lower()}/{name}" for kind, name in LISTED.findall(read(root, path))}
    return found


def way_to_asio(root, path, headers, known):
    """The first include, of `path` or of what that includes, that only a coroutine needs; None if there is none."""
    if path not in known:
        known[path] = None  # ends a circle
        if path.startswith("lib/aio/") or path == "lib/http/client.hpp":
            known[path] = path.removeprefix("lib/")
        for _, target, angled in includes(read(root, path)):
            if known[path]:
                break
            if target.startswith("boost/asio"):
                known[path] = target
            elif not angled and f"lib/{target}" in headers:
                known[path] = way_to_asio(root, f"lib/{target}", headers, known)
    return known[path]


def adapter_of(path, known):
    """lib/provider/mailchimp/x.cpp -> provider/mailchimp; None for what is no adapter."""
    folder = "/".join(path.removeprefix("lib/").split("/")[:2])
    return folder if folder in known else None


def check(root):
    wrong = []
    known, ways = adapters(root), {}
    headers = set(files(root, ".hpp", ".def", under=("lib",)))
    for path in files(root, ".cpp", ".hpp", under=("lib", "daemon", "tests")):
        text = read(root, path)
        pure = path.startswith(PURE) or WIRE.match(path)
        sandbox = path.startswith("tests/sandbox/")
        for line, target, angled in includes(text):
            def say(what):
                wrong.append(f"{path}:{line}: {what}")
            if pure and target.startswith("boost/asio"):
                say(f"a pure file includes {target}")
            if angled:
                continue
            folder = target.split("/")[0]
            if OF_DAEMON.match(target) or (path.startswith("lib/") and "tests/" in target):
                say(f"{target}: lib/ and tests/ include nothing of daemon/, lib/ nothing of tests/")
                continue
            if f"lib/{target}" not in headers:
                continue
            if sandbox and folder not in ("base", "aio"):
                say(f"audience-sandbox includes {target}; it is a second reading and shares only base and aio with lib/")
            if WIRE.match(path) and (way := way_to_asio(root, f"lib/{target}", headers, ways)):
                say(f"a pure file includes {target}, and with it {way}")
            if not path.startswith("lib/"):
                continue
            own = path.split("/")[1]
            if own == folder:
                mine, theirs = adapter_of(path, known), adapter_of(f"lib/{target}", known)
                if theirs and theirs != mine:
                    say(f"{target} is an adapter; only its own folder and daemon/ include it")
                continue
            if own not in RANK or folder not in RANK:
                say(f"no rank is written down for {own if own not in RANK else folder}")
            elif SEAMS.get(target, RANK[folder]) >= RANK[own] or folder in NEVER.get(own, ()):
                say(f"{own} (rank {RANK[own]}) may not include {target} (rank {SEAMS.get(target, RANK[folder])})")
            elif adapter_of(f"lib/{target}", known):
                say(f"{target} is an adapter; only its own folder and daemon/ include it")
            if pure and folder == "aio":
                say(f"a pure file includes {target}")
        if pure:
            stripped = code(text)
            for match in IMPURE.finditer(stripped):
                wrong.append(f"{path}:{stripped.count(chr(10), 0, match.start()) + 1}: a pure file uses {match[0]}; "
                             "time, randomness and the environment come in as arguments")
    return wrong


if __name__ == "__main__":
    sys.exit(main(check))
