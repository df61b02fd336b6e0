"""A real PostgreSQL server on a scratch folder, run by an unprivileged user, gone when the scenario ends."""
import glob
import io
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from daemon import Failed
from harness import not_tested

PASSWORD = "p4ss w'rd\\"


def installed():
    """The folder of the newest server's programs, or None, with a message."""
    found = [os.path.dirname(path) for path in glob.glob("/usr/lib/postgresql/*/bin/initdb")]
    if not found:
        not_tested("no PostgreSQL server below /usr/lib/postgresql (Debian: postgresql)")
        return None
    return max(found, key=lambda path: int(path.split("/")[4]))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def as_server():
    """Words in front of a server's program: it refuses to run as root."""
    if os.geteuid() != 0:
        return []
    user = pwd.getpwnam("postgres")
    return ["setpriv", "--reuid", str(user.pw_uid), "--regid", str(user.pw_gid), "--clear-groups", "--pdeathsig", "KILL"]


def own(folder):
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)


def as_csv(rows):
    """NULL is nothing between the commas, an empty text is two quotes: as COPY reads it."""
    out = io.StringIO()
    for row in rows:
        out.write(",".join("" if value is None else '"' + value.replace('"', '""') + '"' for value in row) + "\n")
    return out.getvalue()


class Postgres:
    """`user` "postgres" needs no password; "reader" does, and may read what it is granted."""
    words = ()  # settings of this server alone

    def __init__(self, programs):
        self.programs, self.process, self.log = programs, None, None
        self.folder = tempfile.mkdtemp(prefix="audienced-pg.")
        own(self.folder)
        self.port = free_port()

    def __enter__(self):
        try:
            subprocess.run([*as_server(), f"{self.programs}/initdb", "-D", f"{self.folder}/data", "-U", "postgres", "-A", "trust",
                            "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], check=True, capture_output=True, cwd="/")
            with open(f"{self.folder}/data/pg_hba.conf", "w", encoding="ascii") as hba:
                hba.write("local all reader scram-sha-256\nlocal all all trust\nlocal replication postgres trust\nhost all reader 127.0.0.1/32 scram-sha-256\n")
            self.start()
            self.sql("CREATE DATABASE crm", "postgres")
            self.sql("CREATE ROLE reader LOGIN PASSWORD '" + PASSWORD.replace("'", "''") + "'")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self):
        self.log = open(f"{self.folder}/log", "ab")
        self.process = subprocess.Popen(
            [*as_server(), f"{self.programs}/postgres", "-D", f"{self.folder}/data", "-k", self.folder, "-p", str(self.port),
             "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "max_connections=20", "-c", "max_wal_size=4GB", *self.words],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, cwd="/")
        deadline = time.monotonic() + 60
        while subprocess.run([f"{self.programs}/pg_isready", "-q", "-h", self.folder, "-p", str(self.port)], check=False).returncode:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise Failed(f"postgres does not start: {open(f'{self.folder}/log', encoding='utf-8').read()[-2000:]}")

    def stop(self):
        """At once, as if the power failed."""
        if self.process:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(60)
            self.log.close()
            self.process = None

    def psql(self, database="crm"):
        return [f"{self.programs}/psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-p", str(self.port),
                "-U", "postgres", "-d", database]

    def sql(self, text, database="crm", stdin=""):
        done = subprocess.run([*self.psql(database), "-c", text], input=stdin, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failed(f"psql: {done.stderr}")
        return done.stdout.strip()

    def conninfo(self, user="postgres", port=None):
        where = f"host=127.0.0.1 port={port}" if port else f"host={self.folder} port={self.port}"
        return f"{where} user={user} dbname=crm"

    def table(self, name, rows):
        """Customers as rows.write_table makes them."""
        self.sql(f"DROP TABLE IF EXISTS {name} CASCADE; CREATE TABLE {name} (id serial, email text, first_name text, last_name text, "
                 f"city text); GRANT SELECT ON {name} TO reader")
        self.sql(f"COPY {name} (email, first_name, last_name, city) FROM STDIN (FORMAT csv)", stdin=as_csv(rows))

    def wait_for(self, question, answer="1", timeout=120):
        """Until the server answers so."""
        deadline = time.monotonic() + timeout
        while self.sql(question) != answer:
            if time.monotonic() > deadline:
                raise Failed(f"the server never said {answer} to {question}")


class Standby(Postgres):
    """A hot standby of `primary`, by streaming replication. What the primary removes is removed here at once, under a reader too."""
    words = ("-c", "max_standby_streaming_delay=0")

    def __init__(self, primary):
        super().__init__(primary.programs)
        self.primary = primary

    def __enter__(self):
        try:
            subprocess.run([*as_server(), f"{self.programs}/pg_basebackup", "-D", f"{self.folder}/data", "-R", "-X", "stream", "-c", "fast",
                            "--no-sync", "-h", self.primary.folder, "-p", str(self.primary.port), "-U", "postgres"],
                           check=True, capture_output=True, cwd="/")
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def catch_up(self):
        where = self.primary.sql("SELECT pg_current_wal_flush_lsn()")
        self.wait_for(f"SELECT count(*) FROM (SELECT) AS one WHERE pg_last_wal_replay_lsn() >= '{where}'")


class Gate:
    """A lock that a query can be made to wait for: `SELECT ... WHERE pg_advisory_xact_lock_shared(7) IS NOT NULL`."""
    NUMBER = 7

    def __init__(self, server):
        self.server = server
        self.holder = subprocess.Popen(server.psql(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.holder.stdin.write(f"SELECT pg_advisory_lock({self.NUMBER});\n\\echo shut\n")
        self.holder.stdin.flush()
        while "shut" not in self.holder.stdout.readline():
            pass

    def wait_for_reader(self):
        self.server.wait_for("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'audienced' AND wait_event = 'advisory'")

    def open(self):
        if self.holder:
            self.holder.communicate("")
            self.holder = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.open()
