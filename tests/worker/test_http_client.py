import gzip
import socket
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address, ip_network

import pytest

from moderation.messages import NOTHING, Message
from tests.waiting import LIMIT_S
from tests.worker.far_side import FarSide, a_certificate, answers, drips, floods, sends, sends_and_hangs
from worker.http_client import KEEP_BYTES, READ_BYTES, HttpClient
from worker.safe_connect import RESOLVER_THREADS, SafeConnector

LOOPBACK = (ip_network("127.0.0.0/8"),)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"


@pytest.fixture
def far_side():
    """Makes servers, closed at the end of the test."""
    servers = []

    def make(behave, **options):
        servers.append(FarSide(behave, **options))
        return servers[-1]

    yield make
    for each in servers:
        each.close()


@pytest.fixture
def client_with():
    """Makes clients that may connect to loopback, closed at the end of the test."""
    clients = []

    def make(*, total_s=LIMIT_S, **options):
        connector = SafeConnector(**{"allow": LOOPBACK, **options})
        clients.append(HttpClient(connector, total_s=total_s, user_agent="Rejoinder/test"))
        return clients[-1]

    yield make
    for each in clients:
        each.close()


@pytest.fixture
def post(client_with):
    """Posts once, with a client of its own."""
    return lambda url, **options: client_with(**options).post(url, b'{"a":1}', {"webhook-id": "evt_1"})


def test_a_good_answer_is_a_success_with_its_status_and_text(post, far_side):
    outcome = post(far_side(answers(200, b"Thank you.")).url)

    assert (outcome.http_status, outcome.problem, outcome.answer) == (200, NOTHING, "Thank you.")


def test_the_request_is_plain_and_names_rejoinder(post, far_side):
    far = far_side(answers(204))

    post(far.url + "?from=rejoinder")

    [head] = far.requests
    assert head.startswith("POST /hook?from=rejoinder HTTP/1.1\r\n")
    for line in (f"Host: 127.0.0.1:{far.port}", "User-Agent: Rejoinder/test", "Accept-Encoding: identity"):
        assert f"\r\n{line}\r\n" in head + "\r\n"
    assert "webhook-id: evt_1" in head


@pytest.mark.parametrize("status", [400, 404, 429, 500, 503])
def test_an_error_status_is_a_failure_that_names_it(post, far_side, status):
    outcome = post(far_side(answers(status, b"No.")).url)

    assert (outcome.http_status, outcome.answer) == (status, "No.")
    assert outcome.problem == Message("http.status", {"status": status})


def test_410_is_a_failure_of_its_own(post, far_side):
    assert post(far_side(answers(410)).url).problem == Message("http.gone")


@pytest.mark.parametrize("status", [429, 503, 307, 200])
def test_the_header_retry_after_is_reported_as_it_is(post, far_side, status):
    outcome = post(far_side(answers(status, b"", "Retry-After: 120")).url)

    assert (outcome.http_status, outcome.retry_after) == (status, "120")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_a_failure_and_is_not_followed(post, far_side, status):
    elsewhere = far_side(answers(200))
    far = far_side(answers(status, b"", f"Location: {elsewhere.url}"))

    outcome = post(far.url)

    assert outcome.problem == Message("http.redirect", {"status": status})
    assert (len(far.requests), elsewhere.connections) == (1, 0)


def test_a_refused_connection_is_a_failure(post):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    assert post(f"http://127.0.0.1:{port}/").problem == Message("connect.failed", {"error": "Connection refused"})


def test_a_host_that_accepts_no_connection_is_given_up_in_time(post):
    listener = socket.create_server(("127.0.0.1", 0), backlog=0)
    waiting = [socket.socket() for _ in range(3)]
    for each in waiting:  # the queue of the listener is full, so the next connection waits for ever
        each.setblocking(False)
        each.connect_ex(listener.getsockname())

    outcome = post(f"http://127.0.0.1:{listener.getsockname()[1]}/", connect_s=0.2)

    assert outcome.problem == Message("connect.timeout")
    for each in (*waiting, listener):
        each.close()


@pytest.mark.parametrize(
    "behave",
    [
        sends_and_hangs(b""),
        sends_and_hangs(b"HTTP/1.1 200 OK\r\nContent-"),
        drips(b"", b"H"),
        drips(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"),
    ],
    ids=["silent", "stops in the head", "drips the status line", "drips a header"],
)
def test_an_answer_that_never_comes_ends_at_the_deadline(post, far_side, behave):
    outcome = post(far_side(behave).url, total_s=0.5)

    assert (outcome.http_status, outcome.problem) == (None, Message("http.timeout", {"seconds": "0.5"}))


@pytest.mark.parametrize(
    "behave",
    [sends_and_hangs(OK + b"Than"), drips(OK + b"Than", b"k"), sends(OK + b"Than")],
    ids=["hangs in the body", "drips the body", "closes in the body"],
)
def test_the_status_decides_even_if_the_body_never_ends(post, far_side, behave):
    outcome = post(far_side(behave).url, total_s=0.5)

    assert (outcome.http_status, outcome.problem) == (200, NOTHING)
    assert outcome.answer.startswith("Than")


@pytest.mark.parametrize("head", [b"Content-Length: 1073741824", b"Transfer-Encoding: chunked", b"Connection: close"])
def test_only_the_beginning_of_a_gigabyte_is_read(post, far_side, head):
    chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    far = far_side(floods(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n", chunk))

    outcome = post(far.url)

    assert outcome.http_status == 200
    assert len(outcome.answer) <= KEEP_BYTES
    assert far.sent_bytes < 64 * 2**20  # what fits into the buffers of the system


def test_a_head_without_end_is_a_failure(post, far_side):
    far = far_side(floods(b"HTTP/1.1 200 OK\r\n", b"X-More: yes\r\n" * 100))

    assert post(far.url).problem.code == "http.invalid"


def test_a_gzip_bomb_is_not_decompressed(post, far_side):
    bomb = gzip.compress(b"0" * 10_000_000)

    outcome = post(far_side(answers(200, bomb[: READ_BYTES - 1], "Content-Encoding: gzip")).url)

    assert outcome.http_status == 200
    assert "000" not in outcome.answer


@pytest.mark.parametrize("raw", [b"", b"HTTP/1.1 "], ids=["nothing", "too little"])
def test_a_connection_that_closes_early_is_a_failure(post, far_side, raw):
    outcome = post(far_side(sends(raw)).url)

    assert outcome.http_status is None
    assert outcome.problem.code in {"http.closed", "http.invalid"}


def test_what_is_not_http_is_a_failure(post, far_side):
    assert post(far_side(sends(b"220 mail.example ESMTP\r\n")).url).problem.code == "http.invalid"


def test_an_answer_is_kept_as_short_clean_text(post, far_side):
    text = "Zoë\0\x1b[31m\u202eevil\tgood\n".encode() + b"\xff\xfe" + b"x" * 5_000

    answer = post(far_side(answers(200, text)).url).answer

    assert answer.startswith("Zoë[31mevil\tgood\n\ufffd\ufffdxxx")
    assert len(answer.encode()) <= KEEP_BYTES + 10


def test_connections_are_used_again(client_with, far_side):
    far, client = far_side(answers(204)), client_with()

    outcomes = [client.post(far.url, b"{}", {}) for _ in range(5)]

    assert [each.http_status for each in outcomes] == [204] * 5
    assert far.connections == 1


def test_an_idle_connection_that_the_receiver_closed_is_no_failure(client_with, far_side):
    far, client = far_side(sends(b"HTTP/1.1 204 No Content\r\n\r\n")), client_with()  # closes without announcing it

    outcomes = [client.post(far.url, b"{}", {}) for _ in range(5)]

    assert [each.http_status for each in outcomes] == [204] * 5
    assert far.connections == 5


def test_the_rest_of_a_cut_answer_is_not_read_as_the_next_one(client_with, far_side):
    far, client = far_side(answers(200, b"x" * (READ_BYTES + 1) + b"HTTP/1.1 200 Forged")), client_with()

    client.post(far.url, b"{}", {})
    client.post(far.url, b"{}", {})

    assert far.connections == 2


def test_cookies_are_not_sent_back(client_with, far_side):
    far, client = far_side(answers(204, b"", "Set-Cookie: session=1")), client_with()

    client.post(far.url, b"{}", {})
    client.post(far.url, b"{}", {})

    assert "cookie" not in far.requests[1].lower()


def test_a_proxy_of_the_environment_is_not_used(post, far_side, monkeypatch):
    proxy = far_side(answers(204))
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")

    post(far_side(answers(204)).url)

    assert proxy.connections == 0


def test_an_untrusted_certificate_is_refused(post, far_side, tmp_path):
    server, _ = a_certificate(tmp_path, "hooks.example")

    outcome = post(far_side(answers(204), tls=server).url)

    assert outcome.problem.code == "tls.certificate"


def test_the_certificate_is_checked_for_the_name_although_the_connection_goes_to_an_address(post, far_side, tmp_path):
    server, file = a_certificate(tmp_path, "hooks.example")
    far = far_side(answers(204), tls=server)
    options = {
        "tls": ssl.create_default_context(cafile=file),
        "resolve": lambda host, port: [ip_address("127.0.0.1")],
    }

    right = post(f"https://hooks.example:{far.port}/", **options)
    wrong = post(f"https://other.example:{far.port}/", **options)

    assert (right.http_status, right.problem) == (204, NOTHING)
    assert wrong.problem.code == "tls.certificate"
    assert f"\r\nHost: hooks.example:{far.port}\r\n" in far.requests[0]


def test_tls_connections_are_used_again_and_end_by_the_deadline(client_with, far_side, tmp_path):
    server, file = a_certificate(tmp_path, "hooks.example")
    good, slow = far_side(answers(204), tls=server), far_side(drips(b"", b"H"), tls=server)
    client = client_with(total_s=1.0, tls=ssl.create_default_context(cafile=file))

    outcomes = [client.post(far.url, b"{}", {}) for far in (good, good, slow)]

    assert [each.http_status for each in outcomes] == [204, 204, None]
    assert outcomes[2].problem == Message("http.timeout", {"seconds": "1"})
    assert good.connections == 1


def test_a_server_that_does_not_speak_tls_is_a_failure(post, far_side):
    plain = far_side(lambda far, connection: (connection.sendall(b"220 mail.example\r\n"), far.released.wait()))

    assert post(f"https://127.0.0.1:{plain.port}/").problem.code == "tls.failed"


def _drips_a_handshake(far, connection):
    """Sends the record of a handshake, which says that it has 16 KiB, byte by byte."""
    for byte in b"\x16\x03\x03\x40\x00" + bytes(2**14):
        if far.released.wait(0.02):
            return
        connection.sendall(bytes([byte]))


@pytest.mark.parametrize(
    "behave", [lambda far, _: far.released.wait(), _drips_a_handshake], ids=["silent", "one byte at a time"]
)
def test_a_tls_handshake_that_never_ends_ends_at_the_deadline(post, far_side, behave):
    outcome = post(f"https://127.0.0.1:{far_side(behave).port}/", total_s=0.5)

    assert outcome.problem == Message("http.timeout", {"seconds": "0.5"})


def test_a_receiver_that_reads_nothing_ends_at_the_deadline(client_with, far_side):
    deaf = far_side(lambda far, _: far.released.wait())

    outcome = client_with(total_s=0.5).post(deaf.url, bytes(2**26), {})

    assert outcome.problem == Message("http.timeout", {"seconds": "0.5"})


REFUSED_HOSTS = (
    "127.0.0.1",
    "127.1",
    "0x7f.1",
    "0x7f000001",
    "2130706433",
    "017700000001",
    "0177.0.0.1",
    "localhost",
    "0.0.0.0",
    "0",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b:1::a9fe:a9fe]",
    "[2002:7f00:1::]",
    "[fe80::1]",
    "[fd00:ec2::254]",
    "[ff02::1]",
    "169.254.169.254",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "100.64.0.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
)


def test_no_notation_of_a_private_address_reaches_it(client_with, far_side):
    far, client = far_side(answers(204)), client_with(allow=())

    problems = {host: client.post(f"http://{host}:{far.port}/", b"{}", {}).problem for host in REFUSED_HOSTS}

    assert problems == dict.fromkeys(REFUSED_HOSTS, Message("connect.not_public"))
    assert far.connections == 0


@pytest.mark.parametrize("user", ["blog.example@", "blog.example:443@", "blog.example%2f@"])
def test_a_user_name_that_looks_like_a_host_is_ignored(post, far_side, user):
    far = far_side(answers(204))

    assert post(f"http://{user}127.0.0.1:{far.port}/", allow=()).problem == Message("connect.not_public")
    assert far.connections == 0


@pytest.mark.parametrize("host", ["127.0.0.1.", "①②⑦.⓪.⓪.①", "127。0。0。1", "ⓛocalhost"])
def test_a_disguised_host_reaches_no_server(post, far_side, host):
    far = far_side(answers(204))

    assert post(f"http://{host}:{far.port}/", allow=()).http_status is None
    assert far.connections == 0


def test_one_private_address_among_public_ones_refuses_the_host(post, far_side):
    far = far_side(answers(204))

    def resolve(host, port):
        return [ip_address("8.8.8.8"), ip_address("127.0.0.1")]

    assert post(f"http://hooks.example:{far.port}/", allow=(), resolve=resolve).problem == Message(
        "connect.not_public"
    )
    assert far.connections == 0


def test_a_host_is_resolved_once_per_connection_and_the_checked_address_is_used(client_with, far_side):
    far, lookups = far_side(sends(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")), []

    def rebind(host, port):
        lookups.append(host)
        return [ip_address("127.0.0.1" if len(lookups) == 1 else "10.0.0.1")]

    client = client_with(resolve=rebind)
    first = client.post(f"http://hooks.example:{far.port}/", b"{}", {})
    second = client.post(f"http://hooks.example:{far.port}/", b"{}", {})

    assert (first.http_status, lookups) == (204, ["hooks.example"] * 2)
    assert second.problem == Message("connect.not_public")
    assert far.connections == 1


def test_a_port_that_is_not_for_webhooks_is_refused(post):
    outcome = post("http://hooks.example:6379/", resolve=lambda host, port: [ip_address("8.8.8.8")])

    assert outcome.problem == Message("connect.port", {"port": "6379"})


def test_a_resolver_that_hangs_ends_by_the_deadline(post):
    released = threading.Event()

    def hang(host, port):
        released.wait()
        return []

    outcome = post("http://hooks.example/", resolve=hang, total_s=0.3)

    released.set()
    assert outcome.problem == Message("connect.resolve_timeout")


def test_a_name_that_cannot_be_resolved_does_not_block_other_names(client_with, far_side):
    far, released = far_side(answers(204)), threading.Event()

    def resolve(host, port):
        if host == "hangs.example":
            released.wait()
        return [ip_address("127.0.0.1")]

    client = client_with(resolve=resolve, total_s=60.0)
    with ThreadPoolExecutor(RESOLVER_THREADS + 1) as pool:
        patient = [pool.submit(client.post, "http://hangs.example:9/", b"", {}) for _ in range(RESOLVER_THREADS + 1)]

        quick = client.post(f"http://answers.example:{far.port}/", b"", {})

        released.set()
    assert quick.http_status == 204
    assert [each.result().http_status for each in patient] == [None] * len(patient)  # no server listens on that port


def test_an_unknown_name_is_a_failure(post):
    assert post("http://unknown.invalid/").problem == Message("connect.unresolved")
    assert post(f"http://{'x' * 64}.example/").problem == Message("connect.unresolved")
