"""What is looked at before any program starts, so that a wrong setting is one sentence and no program's traceback."""

import time
from collections.abc import Callable

from moderation.config.bootstrap import opened_store, prepare
from moderation.config.settings import Settings
from moderation.dispatch import RedisProblem, connect
from moderation.errors import BadSetting
from moderation.store.database.migrate import Revision

PATIENCE_S = 5.0
"""How long a Redis may take to come up that was started in the same moment."""

_LOOK_S = 0.25


def prepare_start(settings: Settings, say: Callable[[str], object]) -> Revision:
    """Prepare the database and look for Redis; returns the revision that was found before.

    Without Redis an installation goes on that has been used: its comments are taken in, and scored later, so only a
    note is said. One without a site is still being set up, and its address most likely wrong. Raises BadSetting.
    """
    before = prepare(settings)
    problem = "" if settings.embeds_valkey else redis_problem(settings.redis_url)
    if problem:
        told = f"Redis cannot be used: {problem}. Start it, or correct REJOINDER_REDIS_URL."
        if not _has_a_site(settings):
            raise BadSetting(told)
        say(f"Note: {told} Until then comments are taken in, and scored afterwards.")
    return before


def redis_problem(url: str) -> str:
    """Why Redis does not answer, in the words of its client, after some tries; "" as soon as it does."""
    ends = time.monotonic() + PATIENCE_S
    while True:
        try:
            with connect(url) as redis:
                redis.ping()
            return ""
        except RedisProblem as problem:
            told = str(problem).rstrip(".")
        if time.monotonic() > ends:
            return told
        time.sleep(_LOOK_S)


def _has_a_site(settings: Settings) -> bool:
    with opened_store(settings) as store, store.read() as uow:
        return bool(uow.sites.all())
