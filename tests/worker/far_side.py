"""A misbehaving server: it listens on loopback and treats each connection as the test chooses."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Behave = Callable[["FarSide", socket.socket], None]


class FarSide:
    """Runs `behave` in a thread per connection. requests: raw request heads; released: set at the end of the test."""

    def __init__(self, behave: Behave, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[str] = []
        self.connections = 0
        self.sent_bytes = 0
        self.released = threading.Event()
        self._behave, self._tls = behave, tls
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}/hook"
        threading.Thread(target=self._accept, daemon=True).start()

    def read_request(self, connection: socket.socket) -> bool:
        """Read one request, head and body; False when the client closed."""
        raw = b""
        while b"\r\n\r\n" not in raw:
            if not (more := connection.recv(65_536)):
                return False
            raw += more
        head, _, body = raw.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        while len(body) < length:
            body += connection.recv(65_536)
        self.requests.append(head.decode())
        return True

    def close(self) -> None:
        """Stop listening, and end every behaviour that waits."""
        self.released.set()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            stack.callback(connection.close)
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
                stack.callback(connection.close)
            self._behave(self, connection)


def answers(status: int, body: bytes = b"", *headers: str) -> Behave:
    """Answers every request of every connection in the same way."""
    head = "\r\n".join([f"HTTP/1.1 {status} Status", f"Content-Length: {len(body)}", *headers, "", ""]).encode()

    def behave(far: FarSide, connection: socket.socket) -> None:
        while far.read_request(connection):
            connection.sendall(head + body)

    return behave


def sends(raw: bytes) -> Behave:
    """Reads one request, sends these bytes, closes."""

    def behave(far: FarSide, connection: socket.socket) -> None:
        far.read_request(connection)
        connection.sendall(raw)

    return behave


def sends_and_hangs(raw: bytes) -> Behave:
    """Reads one request, sends these bytes, then nothing more, and keeps the connection open."""

    def behave(far: FarSide, connection: socket.socket) -> None:
        far.read_request(connection)
        connection.sendall(raw)
        far.released.wait()

    return behave


def drips(raw: bytes, then: bytes) -> Behave:
    """Sends these bytes, then `then` again and again, slowly."""

    def behave(far: FarSide, connection: socket.socket) -> None:
        far.read_request(connection)
        connection.sendall(raw)
        while not far.released.wait(0.02):
            connection.sendall(then)

    return behave


def floods(raw: bytes, then: bytes) -> Behave:
    """Sends these bytes, then `then` again and again, as fast as possible, up to a gigabyte."""

    def behave(far: FarSide, connection: socket.socket) -> None:
        far.read_request(connection)
        connection.sendall(raw)
        while far.sent_bytes < 2**30 and not far.released.is_set():
            far.sent_bytes += connection.send(then)

    return behave


def a_certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS context with a self-signed certificate for `name` and 127.0.0.1, and the certificate's file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    plain = serialization.NoEncryption()
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context, file
