"""Addresses that mail is sent to and from."""

import re
from dataclasses import dataclass
from email.headerregistry import Address
from email.utils import getaddresses

from moderation.comment import Email
from moderation.errors import Invalid
from moderation.messages import N_, Message
from moderation.unicode_text import has_control

MAX_LENGTH = 254
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(rf"(?=.{{1,64}}@){_LOCAL}@{_LABEL}(?:\.{_LABEL})*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Who sends or receives mail. name: shown beside the address; may be empty."""

    email: Email
    name: str = ""

    @property
    def domain(self) -> str:
        """The part behind the @."""
        return self.email.reveal().rpartition("@")[2]

    def header(self) -> Address:
        """As the value of From or To; the library quotes and encodes the name."""
        return Address(self.name, addr_spec=self.email.reveal())


def checked_email(text: str) -> Email:
    """An address as every mail server takes it: ASCII, with the domain in Punycode. Raises Invalid."""
    local, _, domain = text.strip().rpartition("@")
    try:
        address = f"{local}@{domain.encode('idna').decode().lower()}"
    except UnicodeError:
        address = ""
    if len(address) > MAX_LENGTH or not _ADDRESS.fullmatch(address):
        raise _not_an_address()
    return Email(address)


def parsed_mailbox(text: str) -> Mailbox:
    """An address, or a name and an address in angle brackets. Raises Invalid."""
    found = getaddresses([text])
    if has_control(text) or len(found) != 1:
        raise _not_an_address()
    [(name, address)] = found
    return Mailbox(checked_email(address), name)


def masked(email: Email) -> str:
    """The address as an owner may see it, such as "m…@example.org"."""
    local, _, domain = email.reveal().rpartition("@")
    return f"{local[:1]}…@{domain}"


def _not_an_address() -> Invalid:
    return Invalid("email", Message(N_("This is not an email address; give one like ada@example.org.")))
