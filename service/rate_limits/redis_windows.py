"""Counts per key and window in Redis, for all web processes: one script call for all windows of a submission."""

from collections.abc import Sequence

from moderation.dispatch import connect
from service.rate_limits.memory_windows import Hit

_PREFIX = "rejoinder:limit:"
_COUNT = """
local counts = {}
for place, key in ipairs(KEYS) do
    local window_s, most, amount = ARGV[3 * place - 2], tonumber(ARGV[3 * place - 1]), tonumber(ARGV[3 * place])
    counts[place] = redis.call("INCRBY", key, amount)
    if counts[place] == amount then redis.call("EXPIRE", key, window_s) end
    if counts[place] > most then break end
end
return counts
"""


class SharedWindows:
    """The windows in Redis. Each method raises `dispatch.RedisProblem` when Redis cannot be reached."""

    def __init__(self, redis_url: str) -> None:
        self._redis = connect(redis_url)
        self._count = self._redis.register_script(_COUNT)

    def count(self, hits: Sequence[Hit]) -> list[int]:
        """Count the hits in order and return the new counts; stop after the first that exceeds its limit."""
        keys = [_PREFIX + hit.key for hit in hits]
        numbers = [number for hit in hits for number in (hit.window_s, hit.most, hit.amount)]
        counts: list[int] = self._count(keys, numbers)
        return counts

    def seconds_left(self, key: str) -> float:
        """How many seconds the window of this key stays open."""
        return float(self._redis.ttl(_PREFIX + key))
