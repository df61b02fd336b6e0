"""A proxy between a client and PostgreSQL that makes of it an engine that knows less: statements that match are answered with an
error (and spoil their transaction, as every error does), and the server calls itself another version."""
import re
import socket
import struct
import threading

SSL_REQUEST, GSS_REQUEST = 80877103, 80877104


class ChoosyProxy:
    def __init__(self, port, refuses, version=None):
        self.to, self.refuses, self.version = port, re.compile(refuses, re.I), version
        self.refused = []  # statements
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        with client, socket.create_connection(("127.0.0.1", self.to)) as server:
            for side in (client, server):
                side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            read = client.makefile("rb")
            try:
                while True:  # the first message has no kind
                    size, code = struct.unpack("!II", exactly(read, 8))
                    if code not in (SSL_REQUEST, GSS_REQUEST):
                        break
                    client.sendall(b"N")
                server.sendall(struct.pack("!II", size, code) + exactly(read, size - 8))
                threading.Thread(target=relay, args=(server.makefile("rb"), client, self.answered), daemon=True).start()
                relay(read, server, self.asked)
            except (OSError, EOFError):
                pass

    def asked(self, kind, body):
        """What of a message goes on to the server, which knows best how to refuse."""
        if kind != b"P":
            return body
        name, sql, rest = body.split(b"\0", 2)
        if not self.refuses.search(sql.decode()):
            return body
        self.refused.append(sql.decode())
        return name + b"\0" + b"this engine does not know " + sql + b"\0" + rest

    def answered(self, kind, body):
        if kind == b"S" and self.version and body.startswith(b"server_version\0"):
            return b"server_version\0" + self.version.encode() + b"\0"
        return body


def exactly(read, count):
    data = read.read(count)
    if len(data) < count:
        raise EOFError
    return data


def relay(read, to, change):
    """Whole messages, each changed on its way, until one side has gone."""
    try:
        while True:
            kind = exactly(read, 1)
            size, = struct.unpack("!I", exactly(read, 4))
            body = change(kind, exactly(read, size - 4))
            to.sendall(kind + struct.pack("!I", len(body) + 4) + body)
    except (OSError, EOFError, ValueError):
        try:
            to.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
