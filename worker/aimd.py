"""How hard an endpoint may be pressed: gently at first, harder while it answers, half as hard after a failure."""

from collections import OrderedDict
from collections.abc import Mapping

from moderation.store.delivery_queue import INITIAL_IN_FLIGHT, MAX_IN_FLIGHT, MIN_IN_FLIGHT

REMEMBERED = 64


class ConcurrencyControl:
    """How many deliveries each endpoint may have under way, as far as this process has seen.

    A burst on a small site's web server overflows its queue of connections; so does TCP begin slowly, for the same
    reason (RFC 5681). Endpoints that were not seen lately begin anew.
    """

    def __init__(self) -> None:
        self._at_once: OrderedDict[str, int] = OrderedDict()

    def note(self, endpoint_id: str, *, is_success: bool) -> None:
        """Learn from one attempt."""
        known = self._at_once.pop(endpoint_id, INITIAL_IN_FLIGHT)
        self._at_once[endpoint_id] = min(known + 1, MAX_IN_FLIGHT) if is_success else max(known // 2, MIN_IN_FLIGHT)
        if len(self._at_once) > REMEMBERED:
            self._at_once.popitem(last=False)

    @property
    def at_once(self) -> Mapping[str, int]:
        """What is known, by endpoint id."""
        return dict(self._at_once)
