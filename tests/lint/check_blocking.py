#!/usr/bin/env python3
"""Nothing blocks the network thread: a file that reads files, asks the user database, or waits for the store stands here with the
thread that it does so on. A new one must say it, and one that stopped doing so must go."""
import re
import sys

from sources import code, files, main, read

BLOCKS = re.compile(
    r"\b(?:std::)?[io]?fstream\s+\w+\s*[({]|(?<!\w)::(?:open|stat|lstat|access|unlink|mkdir)\s*\(|\bstat\s*\(\w+\.c_str|\bfs::\w+\s*\(|std::filesystem::"
    r"|\bf?open(?:at|dir)\s*\(\s*\"|\bgetpw\w+|\bgetgr\w+|\bload_verify_file\b|\bset_default_verify_paths\b|[.>]run_blocking\s*\(")

START = "before the network thread begins"
READER = "a reader thread, or a thread of source::Threads"
STORE = "the store's thread"
WHERE = {
    "daemon/audienced/app.cpp": START + "; reload() on a reader thread",
    "daemon/audienced/check_config.cpp": START + "; a reader thread",
    "daemon/audienced/config_file.cpp": START + "; on a reader thread at a reload",
    "daemon/audienced/notifications.cpp": START + "; read_receiver_files() on a reader thread after a reload",
    "daemon/audienced/shut_down.cpp": "the end of the process, after the network thread has ended",
    "daemon/audienced/restore.cpp": "no other: --restore, which has no network thread",
    "lib/base/own_file.cpp": START + ", or the store's thread",
    "lib/base/ownership.cpp": START + ", the store's thread, or " + READER,
    "lib/base/program_file.cpp": START + ", a reader thread, or the thread of a hook",
    "lib/base/secret_file.cpp": START,
    "lib/control/client.cpp": "audiencectl, which has no network thread",
    "lib/control/listener.cpp": START + ", and after it has ended",
    "lib/control/peer.cpp": "the thread of names of the server",
    "lib/http/beast/tls.cpp": "the thread of files of the TLS contexts",
    "lib/inspect/doctor/gather_machine.cpp": READER,
    "lib/log/make_sink.cpp": START,
    "lib/run/forget.cpp": READER,
    "lib/run/open_source.cpp": READER,
    "lib/run/planning/known_people.cpp": READER,
    "lib/run/planning/memory_scan.cpp": READER,
    "lib/run/planning/planning.cpp": READER,
    "lib/run/planning/decided.cpp": READER,
    "lib/inspect/explain/next_step.cpp": READER,
    "lib/run/planning/run_changes.cpp": READER,
    "lib/run/planning/spool_plan.cpp": READER,
    "lib/run/planning/undo_plan.cpp": READER,
    "lib/run/planning/upsert_buckets.cpp": READER,
    "lib/base/access.cpp": START + ", the thread of files of the TLS contexts, or " + READER,
    "lib/source/cdm/kind.cpp": "nowhere: it only takes paths apart",
    "lib/source/cdm/partition.cpp": READER,
    "lib/source/cdm/source.cpp": READER,
    "lib/source/folder/file.cpp": READER,
    "lib/source/folder/match.cpp": READER,
    "lib/source/sqlite/failure.cpp": READER,
    "lib/source/sqlite/files.cpp": READER,
    "lib/spool/file.cpp": READER + ", or the store's",
    "lib/store/audit_head.cpp": START + ", or " + STORE,
    "lib/store/backup.cpp": STORE + ", or " + READER,
    "lib/store/database.cpp": START,
    "lib/store/forget_journal.cpp": START + ", or the store's thread",
    "lib/store/health.cpp": READER,
    "lib/store/lock.cpp": START,
    "lib/store/restore.cpp": START,
    "lib/store/open.cpp": START,
    "lib/vault/credential.cpp": READER,
    "lib/vault/master_key.cpp": START + ", or the store's thread",
}


def check(root):
    wrong, met = [], set()
    for path in files(root, ".cpp", ".hpp", under=("lib", "daemon/audienced")):
        text = code(read(root, path))
        found = BLOCKS.search(text)
        if not found:
            continue
        met.add(path)
        if path not in WHERE:
            line = text.count("\n", 0, found.start()) + 1
            wrong.append(f"{path}:{line}: '{found.group(0).strip()}' may block; name the thread that it runs on in tests/lint/check_blocking.py")
    if "lib/source/folder/file.cpp" in met:  # the whole tree, not a planted one
        wrong += [f"tests/lint/check_blocking.py: {path} blocks nowhere any more" for path in WHERE if path not in met]
    return wrong


if __name__ == "__main__":
    sys.exit(main(check))
