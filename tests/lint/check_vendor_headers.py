#!/usr/bin/env python3
"""Vendor headers stay in .cpp files, and in the folders that wrap them: they cost seconds in every file that sees them, and
a file that sees them starts to use them."""
import sys

from sources import files, includes, main, read

# What the include begins with -> the folders whose .cpp files may have it. Headers may not, except within PRIVATE.
VENDORS = {
    "sqlite3.h": ("lib/store/", "lib/source/"),
    "boost/beast": ("lib/http/beast/", "lib/control/"),
    "boost/asio/ssl": ("lib/http/beast/", "lib/aio/asio_impl.cpp"),
    "openssl/": ("lib/base/", "lib/vault/", "lib/http/beast/", "lib/provider/oauth/", "lib/log/"),
    "nlohmann/json.hpp": ("lib/", "daemon/"),
    "nlohmann/json": ("lib/", "daemon/"),
    "libpq-fe.h": ("lib/source/postgres/",),
    "simdjson.h": ("lib/provider/", "lib/source/"),
    "systemd/": ("lib/log/", "lib/control/", "daemon/audienced/"),
    "toml++/": ("lib/config/", "lib/control/", "daemon/"),
    "zlib.h": ("lib/http/", "lib/source/", "lib/base/"),
    "CLI/": ("daemon/",),
    "date/": ("lib/schedule/",),
    "idn2.h": ("lib/base/",),
    "utf8proc.h": ("daemon/audiencectl/",),
}
# Folders whose headers no file outside includes, except the one named here.
PRIVATE = {"lib/http/beast/": "lib/http/beast/client.hpp"}


def allowed(path, target, folders):
    if path.endswith(".hpp"):
        return any(path.startswith(folder) and path != public and folder in folders for folder, public in PRIVATE.items())
    return path.startswith(folders)


def check(root):
    wrong = []
    for path in files(root, ".cpp", ".hpp", under=("lib", "daemon")):
        for line, target, _ in includes(read(root, path)):
            if target == "nlohmann/json_fwd.hpp":
                continue
            for vendor, folders in VENDORS.items():
                if target.startswith(vendor) and not allowed(path, target, folders):
                    where = "a header" if path.endswith(".hpp") else "this folder"
                    wrong.append(f"{path}:{line}: {target} does not belong into {where}"
                                 + ("; take json_fwd.hpp" if vendor.startswith("nlohmann") else ""))
                    break
    return wrong


if __name__ == "__main__":
    sys.exit(main(check))
