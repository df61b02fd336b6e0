"""For checks inside of the machine that systemd_boot.sh boots, as root: what is installed there, and the verdict that it looks for."""
import os
import subprocess
import sys
import traceback

from daemon import Failed


def do(*words, expect=0, stdin=""):
    done = subprocess.run(words, input=stdin, capture_output=True, text=True, check=False)
    if done.returncode != expect:
        raise Failed(f"{' '.join(words)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def ctl(*words, **more):
    return do("/usr/local/bin/audiencectl", *words, **more)


def verdict(checks):
    """Runs them; the last line that is printed is "all good", or says what is not."""
    try:
        os.environ["HOME"] = "/root"
        checks()
        print("all good", flush=True)
    except BaseException as why:
        traceback.print_exc(file=sys.stdout)
        print(subprocess.run(["journalctl", "-q", "-n", "30", "--no-pager"], capture_output=True, text=True, check=False).stdout)
        print(f"FAILED: {why}", flush=True)
        sys.exit(1)
