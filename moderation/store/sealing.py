"""E-mail addresses and endpoint secrets, sealed on the way in; keyed look-ups that reveal nothing.

AES-256-GCM for what must be read again, HMAC-SHA-256 for what must only be found again. Both keys are derived
from the installation's secret (HKDF, RFC 5869), so one secret is all there is to keep.
"""

import hashlib
import hmac
import os
from json.encoder import encode_basestring_ascii as as_json

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from moderation.comment import Email
from moderation.errors import ModerationError

_NONCE_BYTES = 12


class SealBroken(ModerationError):
    """Raised when a sealed value cannot be opened: made with another secret, or altered."""


class Sealer:
    """Seals, opens and finds.

    secret: one secret, or several in lines. The first one seals, and all open, so that sealed values can be sealed
    again with a new one (`rejoinder secret rotate`). The last one, with which the database began, finds and signs:
    authors stay known and status links work.
    """

    def __init__(self, secret: bytes) -> None:
        secrets = secret.split(b"\n")
        self._ciphers = [AESGCM(_derive(each, b"seal")) for each in secrets]
        secret = secrets[-1]
        self._finder = hmac.new(_derive(secret, b"find"), digestmod=hashlib.sha256)
        self._signing = _derive(secret, b"sign")
        self._fingerprint = _derive(secret, b"fingerprint")

    def seal(self, plain: bytes, *, about: str) -> bytes:
        """Encrypt. about: what the value belongs to, such as a row's id; it must be given again to open."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._ciphers[0].encrypt(nonce, plain, about.encode())

    def open(self, sealed: bytes, *, about: str) -> bytes:
        """Decrypt. Raises SealBroken."""
        nonce, secret_part = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(nonce, secret_part, about.encode())
            except (InvalidTag, ValueError):  # ValueError: too short to have been sealed at all
                continue
        raise SealBroken(f"A sealed value of {about} cannot be opened: was REJOINDER_SECRET changed?")

    def is_newest(self, sealed: bytes, *, about: str) -> bool:
        """Whether the newest secret sealed this value."""
        try:
            self._ciphers[0].decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], about.encode())
        except (InvalidTag, ValueError):
            return False
        return True

    def find_key(self, kind: str, *values: str) -> bytes:
        """A keyed digest by which equal values are found again. 16 bytes; useless without the secret."""
        parts = ", ".join(map(as_json, (kind, *values)))
        mac = self._finder.copy()
        mac.update(f"[{parts}]".encode())  # as JSON no two lists of values read alike
        return mac.digest()[:16]

    def email_key(self, email: Email) -> bytes:
        """By what an author's comments are found."""
        return self.find_key("email", email.canonical)

    def domain_key(self, email: Email) -> bytes:
        """By what the comments from one mail domain are found."""
        return self.find_key("domain", email.canonical.rpartition("@")[2])

    def sign(self, kind: str, value: str) -> str:
        """A short signature for links: 32 hexadecimal digits."""
        return hmac.new(self._signing, f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()[:32]

    def is_signed(self, kind: str, value: str, signature: str) -> bool:
        """Whether `sign` gave this signature to the value. signature: whatever somebody sent."""
        return hmac.compare_digest(signature.encode("utf-8", "replace"), self.sign(kind, value).encode())

    @property
    def fingerprint(self) -> bytes:
        """By what the secret is known again; nothing that it opens, finds or signs follows from it. 32 bytes."""
        return self._fingerprint

    @property
    def form_secret(self) -> bytes:
        """The key of the form tokens (`moderation/traps.py`)."""
        return self._signing


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"rejoinder/" + purpose).derive(secret)
