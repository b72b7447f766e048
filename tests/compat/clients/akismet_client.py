"""Calls PyPI's `akismet` and prints what it returns. Its host is fixed, so its connections are led elsewhere."""

import json
import sys

import akismet
import httpx

URL, KEY = sys.argv[1:]
WHO = {"user_ip": "192.0.2.7", "comment_author": "Rita", "comment_author_email": "rita@reader.example"}


class Elsewhere(httpx.HTTPTransport):
    """Sends every request to URL, as an entry in the hosts file would."""

    def handle_request(self, request):
        there = httpx.URL(URL)
        request.url = request.url.copy_with(scheme=there.scheme, host=there.host, port=there.port)
        return super().handle_request(request)


def client(key):
    http = httpx.Client(transport=Elsewhere(), headers={"User-Agent": akismet.USER_AGENT}, timeout=30)
    return akismet.SyncClient(config=akismet.Config(key=key, url="https://blog.example"), http_client=http)


def refusal(key):
    try:
        client(key).comment_check(comment_content="A word.", **WHO)
    except akismet.APIKeyError as error:
        return type(error).__name__


known = client(KEY)
print(
    json.dumps(
        {
            "right key": known.verify_key(KEY, "https://blog.example"),
            "wrong key": known.verify_key("0123456789ab", "https://blog.example"),
            "ham": known.comment_check(comment_content="Thank you, the bread turned out well.", **WHO).name,
            "test author": known.comment_check(**WHO | {"comment_author": "viagra-test-123"}).name,
            "administrator": known.comment_check(comment_content="A word.", user_role="administrator", **WHO).name,
            "blatant": known.comment_check(comment_content="Buy cheap pills now! Forbidden-word.", **WHO).name,
            "spam submitted": known.submit_spam(comment_content="Thank you, the bread turned out well.", **WHO),
            "ham submitted": known.submit_ham(comment_content="Another word.", **WHO),
            "usage": known.usage_limit(),
            "refused": refusal("0123456789ab"),
        }
    )
)
