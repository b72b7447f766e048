"""A mail to write: to whom, and about what."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from moderation.mail.notify import Recipient


@dataclass(frozen=True, slots=True)
class Request:
    """A mail to write. url: of this installation; payload: of the delivery."""

    recipient: Recipient
    url: str
    payload: dict[str, Any]
    at: datetime


def payload_of(kind: str, **details: str | int) -> str:
    """The payload of a delivery: the kind and ids."""
    return json.dumps({"kind": kind, **details})
