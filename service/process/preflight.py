"""Checks before any program starts, so that a bad setting is one sentence instead of a program's traceback."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from moderation.config.bootstrap import opened_store, prepare
from moderation.config.erasure_list import list_path
from moderation.config.settings import Settings
from moderation.dispatch import RedisProblem, connect, policy_problem
from moderation.erasing.replay import replay
from moderation.errors import BadSetting
from moderation.store.database.migrate import Revision
from service.passages import passages_of

REDIS_WAIT_S = 5.0
"""How long to wait for a Redis that is starting at the same time."""

_RETRY_S = 0.25


def prepare_start(settings: Settings, say: Callable[[str], object]) -> Revision:
    """Migrate the database, erase again what was erased, check Redis; returns the revision from before.

    Without Redis an installation that has a site starts nevertheless: it accepts comments and scores them later. An
    installation without a site is being set up, so the address is probably wrong. Raises BadSetting.
    """
    before = prepare(settings)
    _erase_again(settings, say)
    problem = "" if settings.embeds_valkey else redis_problem(settings.redis_url)
    if problem:
        text = f"Redis cannot be used: {problem}. Start it, or correct REJOINDER_REDIS_URL."
        if not _has_site(settings):
            raise BadSetting(text)
        say(f"Note: {text} Until then comments are accepted, and scored later.")
    elif not settings.embeds_valkey:
        _refuse_eviction(settings.redis_url)
    return before


def _erase_again(settings: Settings, say: Callable[[str], object]) -> None:
    """Erase what a restored backup has brought back, before anybody can read it."""
    with opened_store(settings) as store:
        done = replay(store, [list_path(settings.home)], passages_of, at=datetime.now(UTC))
    if done.comments or done.sites:
        say(f"Erased again after a restore: comments {done.comments}, sites {done.sites}.")


def _refuse_eviction(url: str) -> None:
    try:
        with connect(url) as redis:
            problem = policy_problem(redis)
    except RedisProblem:  # it went away again; `/ready` will say so
        return
    if problem:
        raise BadSetting(f"REJOINDER_REDIS_URL cannot be used: {problem}")


def redis_problem(url: str) -> str:
    """Why Redis does not answer within REDIS_WAIT_S, in the words of its client; "" as soon as it does."""
    deadline = time.monotonic() + REDIS_WAIT_S
    while True:
        try:
            with connect(url) as redis:
                redis.ping()
            return ""
        except RedisProblem as error:
            problem = str(error).rstrip(".")
        if time.monotonic() > deadline:
            return problem
        time.sleep(_RETRY_S)


def _has_site(settings: Settings) -> bool:
    with opened_store(settings) as store, store.read() as uow:
        return bool(uow.sites.all())
