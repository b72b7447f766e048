"""A machine of its own for one process: public and private addresses, and a DNS server that changes its mind.

`unshare --mount --net python rebinding_world.py FOLDER COMMAND…` runs the command there. FOLDER/connections gets a
line for each connection, with the address that it came in at; FOLDER/answers one for each answer to the question
where a host is.
"""

import os
import socket
import struct
import subprocess
import sys
import threading
from itertools import count
from pathlib import Path

PUBLIC = "8.8.8.8"
PRIVATE = ("10.0.0.5", "169.254.169.254", "192.168.1.1")
TURNS = (
    (PUBLIC,),
    ("10.0.0.5",),
    (PUBLIC,),
    ("127.0.0.1",),
    (PUBLIC,),
    (PUBLIC, "169.254.169.254"),
    (PUBLIC,),
    ("192.168.1.1", PUBLIC),
)
"""Where a host is, question by question: whoever asks again before connecting is led to a private address."""


def main(folder: Path, command: list[str]) -> None:
    """Set the machine up, serve in a child process and become the command."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for address in (PUBLIC, *PRIVATE):
        subprocess.run(["ip", "address", "add", f"{address}/32", "dev", "lo"], check=True)
    for path, text in (("/etc/resolv.conf", "nameserver 127.0.0.1\n"), ("/etc/nsswitch.conf", "hosts: dns\n")):
        own = folder / Path(path).name
        own.write_text(text)
        subprocess.run(["mount", "--bind", own, path], check=True)
    dns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    dns.bind(("127.0.0.1", 53))
    web = socket.create_server(("0.0.0.0", 80), backlog=128)
    if os.fork() == 0:
        threading.Thread(target=answer_questions, args=(dns, folder / "answers"), daemon=True).start()
        accept_webhooks(web, folder / "connections")
    dns.close()
    web.close()
    os.execvp(command[0], command)


def answer_questions(dns: socket.socket, log: Path) -> None:
    """Answer every question for an IPv4 address by the next of TURNS, and every other by nothing."""
    turns = (TURNS[number % len(TURNS)] for number in count())
    while True:
        question, asker = dns.recvfrom(512)
        name_end = question.index(b"\0", 12) + 1
        [kind] = struct.unpack_from("!H", question, name_end)
        found = next(turns) if kind == 1 else ()
        records = [
            b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 0, 4) + socket.inet_aton(address)  # TTL 0: asked every time
            for address in found
        ]
        header = question[:2] + struct.pack("!HHHHH", 0x8580, 1, len(records), 0, 0)
        if found:
            note(log, " ".join(found))
        dns.sendto(header + question[12 : name_end + 4] + b"".join(records), asker)


def accept_webhooks(web: socket.socket, log: Path) -> None:
    """Accept every request with 204 and close the connection, so that the next one is made anew."""
    while True:
        connection, _ = web.accept()
        with connection:
            note(log, connection.getsockname()[0])
            connection.settimeout(10)
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")


def note(log: Path, line: str) -> None:
    """Add a line."""
    with log.open("a") as file:
        file.write(f"{line}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
