"""Calls PyPI's `python-akismet` and prints what it returns. It puts the key in front of the host."""

import json
import socket
import sys
from urllib.parse import urlsplit

from akismet import Akismet, SpamStatus

URL, KEY = sys.argv[1:]
HERE = urlsplit(URL)
WHO = {"user_ip": "192.0.2.7", "user_agent": "Mozilla/5.0", "comment_author_email": "rita@reader.example"}
NAMES = {value: name for name, value in vars(SpamStatus).items() if not name.startswith("_")}

look_up = socket.getaddrinfo
socket.getaddrinfo = lambda host, *more, **named: look_up("127.0.0.1", *more, **named)
Akismet.protocol, Akismet.domain = HERE.scheme, f"rest.akismet.com:{HERE.port}"

known = Akismet(KEY, blog="https://blog.example", application_user_agent="A test/1.0")


def status(**comment):
    return NAMES[known.check(**WHO, **comment)]


print(
    json.dumps(
        {
            "ham": status(comment_content="Thank you, the bread turned out well.", comment_author="Rita"),
            "test author": status(comment_content="A word.", comment_author="viagra-test-123"),
            "blatant": status(comment_content="Buy cheap pills now! Forbidden-word.", comment_author="Rita"),
            "spam submitted": known.submit_spam(
                **WHO, comment_content="Thank you, the bread turned out well.", comment_author="Rita"
            ),
        }
    )
)
