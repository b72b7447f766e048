"""Counts per key and window in Redis, for all web processes: one script call for all windows of a submission."""

from collections.abc import Sequence

from moderation.dispatch import connect
from service.rate_limits.memory_windows import Hit

_PREFIX = "rejoinder:limit:"
_COUNT = """
local counts = {}
for place, key in ipairs(KEYS) do
    counts[place] = redis.call("INCR", key)
    if counts[place] == 1 then redis.call("EXPIRE", key, ARGV[2 * place - 1]) end
    if counts[place] > tonumber(ARGV[2 * place]) then break end
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
        keys, sizes = [_PREFIX + hit.key for hit in hits], [size for hit in hits for size in (hit.window_s, hit.most)]
        counts: list[int] = self._count(keys, sizes)
        return counts

    def seconds_left(self, key: str) -> float:
        """How many seconds the window of this key stays open."""
        return float(self._redis.ttl(_PREFIX + key))
