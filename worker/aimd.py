"""Additive increase, multiplicative decrease: how many deliveries each destination may have under way."""

from collections import OrderedDict
from collections.abc import Mapping

from moderation.outbox.channels import CHANNELS

MAX_DESTINATIONS = 64
"""How many destinations are remembered. The least recently tried one starts again with the initial limit."""


class ConcurrencyControl:
    """The limit of each destination, as far as this process has seen: one more per success, half after a failure.

    A burst overflows the connection queue of a small site's web server. TCP probes a network for the same reason in
    the same way (RFC 5681).
    """

    def __init__(self) -> None:
        self._limits: OrderedDict[str, int] = OrderedDict()

    def note(self, channel: str, destination_id: str, *, is_success: bool) -> None:
        """Learn from one attempt."""
        spec = CHANNELS[channel]
        limit = self._limits.pop(destination_id, spec.initial_in_flight)
        self._limits[destination_id] = min(limit + 1, spec.max_in_flight) if is_success else max(limit // 2, 1)
        if len(self._limits) > MAX_DESTINATIONS:
            self._limits.popitem(last=False)

    @property
    def limits(self) -> Mapping[str, int]:
        """The limits learned so far, by destination id."""
        return dict(self._limits)
