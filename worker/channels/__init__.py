"""How each channel of the outbox sends: one module each, named like its row in `moderation/outbox/channels.py`.

The module has a function `open_sender(settings)`; it is called once per process, before the first delivery.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib import import_module
from typing import Any, Protocol

from moderation.config.settings import Settings
from moderation.outbox.channels import CHANNELS
from moderation.outbox.delivery import Attempt, ClaimedDelivery
from moderation.store import UnitOfWork


class Sender(Protocol):
    """Sends the deliveries of one channel. Used by many threads at once."""

    def targets(self, uow: UnitOfWork, deliveries: Sequence[ClaimedDelivery], *, at: datetime) -> Mapping[int, Any]:
        """What `send` needs besides each of these deliveries, by their ids; read in the transaction of the claim."""

    def send(self, delivery: ClaimedDelivery, target: Any, *, at: datetime) -> Attempt:
        """Try once, within seconds. A failure is an Attempt with a problem, not an exception."""


def open_senders(settings: Settings) -> dict[str, Sender]:
    """A sender for every channel, by the channel's name."""
    return {name: import_module(f"{__name__}.{name}").open_sender(settings) for name in CHANNELS}
