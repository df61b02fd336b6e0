#!/usr/bin/env python3
"""The packages on a bare Debian 12 that was booted: a repository, `apt install`, the commands of docs/INSTALL.md and
docs/OPERATIONS.md as they stand there, exports on a schedule, an update in the middle of a run, removal and purge. What happens inside of the
machine is install_checks.sh."""
import argparse
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))
MIRROR = os.environ.get("AUDIENCED_DEBIAN_MIRROR", "http://deb.debian.org/debian")
NEXT = "0.1.0+next"
PROGRAMS = ("debootstrap", "systemd-nspawn", "cpack", "dpkg-shlibdeps", "apt-ftparchive", "gpg")

UNITS = {
    "audienced-install-test.target": "[Unit]\nRequires=multi-user.target audienced-install-test.service\nAfter=multi-user.target\nAllowIsolate=yes\n",
    # The system ends itself when the checks have ended.
    "audienced-install-test.service": "[Unit]\nAfter=multi-user.target\nSuccessAction=poweroff\nFailureAction=poweroff\n"
                                      "[Service]\nType=oneshot\nExecStart=/bin/bash /checks.sh\nTimeoutStartSec=700\n"
                                      "StandardOutput=append:/said\nStandardError=append:/said\n",
}


def skip(why):
    print(f"SKIPPED: {why}", flush=True)
    sys.exit(77)


def fail(why):
    print(f"FAILED: {why}", flush=True)
    sys.exit(1)


def run(*words, **more):
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **more)
    if done.returncode:
        fail(f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def bare_root(build):
    """A Debian 12 with nothing but its base system and a service manager, made once for a build tree."""
    root = os.path.join(build, "bare-debian-12")
    if os.path.isdir(root):
        return root
    new = root + ".new"
    shutil.rmtree(new, ignore_errors=True)
    print("- debootstrap of a bare Debian 12, kept for the next time", flush=True)
    # man-db, since `systemd-analyze verify` looks whether the pages that a unit names are there.
    done = subprocess.run(["debootstrap", "--variant=minbase", "--include=systemd-sysv,dbus,man-db", "bookworm", new, MIRROR],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        skip(f"debootstrap cannot make a Debian 12 here: {done.stdout.strip().splitlines()[-1]}")
    os.rename(new, root)
    return root


def packages(build, folder, version=None):
    """The Debian packages of what this tree holds; nothing is compiled."""
    run("cpack", "--config", os.path.join(build, "CPackConfig.cmake"), "-B", folder, *(["-R", version] if version else []), cwd=build)
    found = sorted(glob.glob(os.path.join(folder, "*.deb")))
    if len(found) != 2:
        fail(f"packages: {found}")
    return found


def commands_of(*pages):
    """{name: text} of the blocks that `<!-- commands: NAME -->` marks, as a person copies them."""
    blocks = {}
    for page in pages:
        with open(os.path.join(SOURCE, page), encoding="utf-8") as file:
            text = file.read()
        for name, block in re.findall(r"^ *<!-- (?:commands|packages): ([\w-]+) -->\n((?: {4,}.*\n|\n(?= {4}))+)", text, re.M):
            if name in blocks:
                fail(f"{page}: two blocks are called {name}")
            indent = min(len(line) - len(line.lstrip()) for line in block.splitlines() if line.strip())
            blocks[name] = "".join(line[indent:] + "\n" for line in block.splitlines())
    return blocks


def check_packages(debs, blocks):
    if shutil.which("lintian"):
        print("- lintian", flush=True)
        told = run("lintian", "--allow-root", "--fail-on", "error", *debs)
        print(told, end="", flush=True)
    else:
        print("NOT TESTED: lintian is not installed here", flush=True)
    service = next(deb for deb in debs if "/audienced_" in deb)
    wanted = {re.sub(r" .*", "", part.strip()) for part in run("dpkg-deb", "-f", service, "Depends").split(",")} - {"libc6", "libgcc-s1"}
    named = set(blocks["run-time"].split())
    if wanted != named:
        fail(f"docs/INSTALL.md names other run-time packages than the package: {sorted(wanted ^ named)}")


def repository(folder, debs, keys):
    run(os.path.join(SOURCE, "systemd/apt_repository.sh"), folder, *debs, env=os.environ | {"GNUPGHOME": keys})


def boot(work, bare, prepared):
    """-> what the checks said. In a mount namespace of its own, so that nothing is left mounted."""
    script = f"""
        mount -t tmpfs -o size=3g tmpfs {work}/scratch
        mkdir {work}/scratch/upper {work}/scratch/work {work}/scratch/root
        mount -t overlay overlay -o lowerdir={prepared}:{bare},upperdir={work}/scratch/upper,workdir={work}/scratch/work {work}/scratch/root || exit 77
        timeout --kill-after=10 900 systemd-nspawn --quiet --machine=audienced-install-{os.getpid()} --directory={work}/scratch/root \\
            --boot --register=no --keep-unit --resolv-conf=copy-host --console=pipe systemd.unit=audienced-install-test.target \\
            </dev/null >{work}/console 2>&1
        cp {work}/scratch/upper/said {work}/said
        exit 0
    """
    os.mkdir(os.path.join(work, "scratch"))
    done = subprocess.run(["unshare", "--mount", "--propagation", "private", "bash", "-c", script], check=False)
    if done.returncode == 77:
        skip("no overlay file system here")
    said = os.path.join(work, "said")
    if not os.path.exists(said):
        with open(os.path.join(work, "console"), encoding="utf-8", errors="replace") as file:
            console = file.read()
        print(console[-2000:])
        if re.search(r"operation not permitted|failed to .*mount|cgroup", console, re.I):
            skip("systemd did not boot here")
        fail("the machine did not boot")
    with open(said, encoding="utf-8", errors="replace") as file:
        return file.read()


def test(build, work):
    bare = bare_root(build)
    print("- packages of what is built", flush=True)
    blocks = commands_of("docs/INSTALL.md", "docs/OPERATIONS.md")
    debs = packages(build, os.path.join(work, "first"))
    check_packages(debs, blocks)
    newer = packages(build, os.path.join(work, "second"), NEXT)
    keys = os.path.join(work, "keys")
    prepared = os.path.join(work, "prepared")
    try:
        repository(os.path.join(prepared, "srv/audienced-apt"), debs, keys)
        shutil.copytree(os.path.join(prepared, "srv/audienced-apt"), os.path.join(prepared, "srv/next-apt"))
        repository(os.path.join(prepared, "srv/next-apt"), newer, keys)  # the same one, later
    finally:
        subprocess.run(["gpgconf", "--kill", "all"], env=os.environ | {"GNUPGHOME": keys}, check=False)
    os.makedirs(os.path.join(prepared, "pages"))
    for name, text in blocks.items():
        with open(os.path.join(prepared, "pages", name), "w", encoding="utf-8") as file:
            file.write(text)
    units = os.path.join(prepared, "usr/lib/systemd/system")
    os.makedirs(units)
    for name, text in UNITS.items():
        with open(os.path.join(units, name), "w", encoding="utf-8") as file:
            file.write(text)
    shutil.copy(os.path.join(HERE, "install_checks.sh"), os.path.join(prepared, "checks.sh"))
    shutil.copy(os.path.join(HERE, "systemd_checks.sh"), prepared)
    said = boot(work, bare, prepared)
    print(said, end="")
    if not said.endswith("all good\n"):
        fail("see above")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    build = os.path.abspath(parser.parse_args().bin)
    for program in PROGRAMS:
        if not shutil.which(program):
            skip(f"there is no {program} here")
    if os.geteuid() != 0:
        skip("booting a container needs root")
    if subprocess.run(["unshare", "--mount", "true"], stderr=subprocess.DEVNULL, check=False).returncode:
        skip("no mount namespaces here")
    try:
        urllib.request.urlopen(f"{MIRROR}/dists/bookworm/InRelease", timeout=20).close()
    except OSError as error:
        skip(f"no mirror of Debian can be reached ({MIRROR}: {error})")
    with tempfile.TemporaryDirectory() as work:
        os.chmod(work, 0o755)  # the root of the machine that is booted
        test(build, work)


if __name__ == "__main__":
    main()
