"""What a daemon tells people by: an HTTPS listener for webhook, chat and heartbeat, a mail relay, and a program. Each can be away for a while;
what came is awaited, never slept for."""
import base64
import email
import http.server
import json
import os
import socketserver
import ssl
import subprocess
import threading
import time

from daemon import Failed

SECRET = "a secret of sixteen characters or more"
PATHS = {"webhook": "/audienced", "slack": "/services/T0/B0/canary-of-the-chat", "heartbeat": "/ping/canary-of-the-refresh",
         "heartbeat:all": "/ping/canary-of-the-export"}


class Came:
    """Messages in the order in which they came."""

    def __init__(self):
        self.messages, self.changed = [], threading.Condition()

    def add(self, message):
        with self.changed:
            self.messages.append(message)
            self.changed.notify_all()

    def await_one(self, fits, what, seconds=60):
        """The first that fits and that no earlier call gave."""
        until = time.monotonic() + seconds
        with self.changed:
            while True:
                for message in self.messages:
                    if fits(message):
                        self.messages.remove(message)
                        return message
                left = until - time.monotonic()
                if left <= 0:
                    raise Failed(f"{what} never came; what came: {self.messages}")
                self.changed.wait(left)


class Receiver:
    """On a port of its own, which it keeps while it is away."""

    def __init__(self):
        self.port, self.server = 0, None

    def serve(self, kind, handler):
        self.server = kind(("127.0.0.1", self.port), handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self):
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None


class Web(Receiver):
    """https://localhost:PORT; `status` is what it answers, by path."""

    def __init__(self, folder):
        super().__init__()
        self.ca_file, key = os.path.join(folder, "receiver.pem"), os.path.join(folder, "receiver.key")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out",
                        self.ca_file, "-days", "3650", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(self.ca_file, key)
        self.came, self.status = {path: Came() for path in PATHS.values()}, {}
        self.start()

    def start(self):
        web = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status = web.status.get(self.path, 200)
                if status < 300 and self.path in web.came:
                    web.came[self.path].add({"headers": dict(self.headers), "body": body})
                self.send_response(status if self.path in web.came else 404)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            do_GET = do_POST = answer

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            def get_request(self):
                raw, address = super().get_request()
                raw.settimeout(30)
                return web.tls.wrap_socket(raw, server_side=True, do_handshake_on_connect=False), address

            def handle_error(self, *_):
                pass  # a client that went away

        self.serve(Server, Handler)

    def url(self, way):
        return f"https://localhost:{self.port}{PATHS[way]}"


class Relay(Receiver):
    """A mail relay that takes everything; `refuse` is what it says to a mail instead."""

    def __init__(self):
        super().__init__()
        self.came, self.refuse = Came(), ""
        self.start()

    def start(self):
        relay = self

        class Handler(socketserver.StreamRequestHandler):
            def say(self, line):
                self.wfile.write(line.encode() + b"\r\n")

            def handle(self):
                self.say("220 relay ESMTP")
                to = []
                for line in self.rfile:
                    word = line.split(b" ")[0].strip().upper()
                    if word == b"RCPT":
                        to.append(line.decode().strip())
                    if word == b"EHLO":
                        self.say("250-relay\r\n250 8BITMIME")
                    elif word == b"DATA":
                        self.say("354 go on")
                        lines = []
                        for part in self.rfile:
                            if part == b".\r\n":
                                break
                            lines.append(part[1:] if part.startswith(b".") else part)
                        if not relay.refuse:
                            relay.came.add({"to": to, "mail": email.message_from_bytes(b"".join(lines))})
                        self.say(relay.refuse or "250 2.0.0 Ok: queued as 1")
                    elif word == b"QUIT":
                        self.say("221 bye")
                        return
                    else:
                        self.say("250 ok")

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address, daemon_threads = True, True

            def handle_error(self, *_):
                pass

        self.serve(Server, Handler)


def mail_body(mail):
    """-> the sentences, and the JSON object below them"""
    text = base64.b64decode(mail.get_payload()).decode()
    sentences, message = text.rstrip("\n").rsplit("\n\n", 1)
    return sentences, json.loads(message)
