"""Who we are to browsers, and answers that no browser gives. The browser itself is in browser/test_passkeys.py."""

import hashlib
import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url, encode_cbor

from moderation.errors import Invalid
from moderation.passkey import Credential, Passkey
from service.auth.challenges import LIFETIME, is_ours, issue_challenge
from service.auth.passkeys import Party, party_of, read_answer, verified_credential, verified_sign_count
from tests.builders import NOON, a_sealer

PARTY = Party("blog.example", "https://blog.example")
KEY = ec.generate_private_key(ec.SECP256R1())
_POINT = KEY.public_key().public_numbers()
PUBLIC_KEY = encode_cbor({1: 2, 3: -7, -1: 1, -2: _POINT.x.to_bytes(32, "big"), -3: _POINT.y.to_bytes(32, "big")})
KNOWN = Passkey("pass_1", "mod_1", "x", Credential(b"id", PUBLIC_KEY, 5), NOON)
PRESENT, VERIFIED = 0x01, 0x04
"""What a device says of its user: there, and who it should be."""


@pytest.mark.parametrize(
    ("url", "party"),
    [
        ("https://blog.example", PARTY),
        ("https://blog.example:8443/comments", Party("blog.example", "https://blog.example:8443")),
        ("http://localhost:8000", Party("localhost", "http://localhost:8000")),
        ("http://blog.example", None),
        ("https://192.0.2.7", None),
        ("https://[2001:db8::7]", None),
        ("http://127.0.0.1:8000", None),
    ],
)
def test_passkeys_are_for_hosts_with_a_name_and_https(url, party):
    assert party_of(url) == party


def test_a_challenge_is_for_one_purpose_one_browser_and_five_minutes():
    challenge = issue_challenge(a_sealer(), "add", "a cookie", at=NOON)

    def holds(purpose="add", cookie="a cookie", after=timedelta(), challenge=challenge):
        return is_ours(a_sealer(), challenge, purpose, cookie, at=NOON + after)

    assert holds()
    assert not holds(purpose="sign in")
    assert not holds(cookie="another")
    assert not holds(after=LIFETIME)
    assert not holds(challenge=challenge[:-1] + b"x")
    assert not holds(challenge=b"\xff")
    assert not is_ours(a_sealer(), issue_challenge(a_sealer(), "add", "", at=NOON), "add", "", at=NOON)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"response": 7}', "\0", "9" * 20_000, '{"rawId": "aa", "response": {}}']
)
def test_what_no_browser_sends_is_refused(text):
    with pytest.raises(Invalid, match="refused"):
        read_answer(text)


def test_an_answer_that_nobody_signed_is_refused():
    said = {"type": "webauthn.get", "challenge": "aGVsbG8", "origin": PARTY.origin}
    parts = {"clientDataJSON": json.dumps(said).encode(), "authenticatorData": b"x" * 37, "signature": b"x"}
    response = {name: bytes_to_base64url(part) for name, part in parts.items()}
    answer = read_answer(json.dumps({"id": "aaaa", "rawId": "aaaa", "type": "public-key", "response": response}))

    assert answer.challenge == b"hello"
    with pytest.raises(Invalid, match="refused"):
        verified_credential(PARTY, answer)
    with pytest.raises(Invalid, match="refused"):
        verified_sign_count(PARTY, answer, Passkey("pass_1", "mod_1", "x", Credential(b"id", b"key", 0), NOON))


def signed(*, flags=PRESENT | VERIFIED, count=6, host=PARTY.id, origin=PARTY.origin, key=KEY):
    """An answer as a device signs it that has signed so often."""
    said = json.dumps({"type": "webauthn.get", "challenge": "aGVsbG8", "origin": origin}).encode()
    data = hashlib.sha256(host.encode()).digest() + bytes([flags]) + count.to_bytes(4, "big")
    signature = key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(SHA256()))
    parts = {"clientDataJSON": said, "authenticatorData": data, "signature": signature}
    response = {name: bytes_to_base64url(part) for name, part in parts.items()}
    return read_answer(json.dumps({"id": "aaaa", "rawId": "aaaa", "type": "public-key", "response": response}))


def test_what_the_passkey_signed_is_right():
    assert verified_sign_count(PARTY, signed(), KNOWN) == 6


@pytest.mark.parametrize(
    "changes",
    [
        {"flags": PRESENT},  # nobody was verified, so it would be one factor
        {"count": 5},  # a copy of the passkey has signed meanwhile
        {"host": "evil.example"},
        {"origin": "https://evil.example"},
        {"key": ec.generate_private_key(ec.SECP256R1())},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_is_signed_otherwise_is_refused(changes):
    with pytest.raises(Invalid, match="refused"):
        verified_sign_count(PARTY, signed(**changes), KNOWN)
