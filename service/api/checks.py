"""Checks: scoring a text at once, without making a comment of it."""

from typing import Any

from moderation import checks
from moderation.accounts import Scope
from service.auth.actors import actor
from service.http.request_parsing import load_json, read_json
from service.resources import resources
from service.schemas.checks import CORRECTED, CORRECTION, verdict_body
from service.submissions.check import check_fields

Answer = dict[str, Any]


def check_text(site_id: str) -> Answer:
    """Score a text and learn what the site's policy says of it, at once. It enters no queue and no thread.

    When it cannot be scored, the answer is 503 with Retry-After.
    """
    site, sent = resources().sites.get(site_id), read_json(mending="thread")
    verdict = check_fields(resources(), site, sent, key_id=actor().id)
    return verdict_body(verdict)


def correct_check(check_id: str) -> Answer:
    """Say what a checked text was in truth. The last correction counts."""
    given, by, at = load_json(CORRECTION)["correction"], actor(), resources().now()
    sites = by.sites(Scope.CHECK)
    resources().store.write(lambda uow: checks.correct(uow, check_id, given, sites=sites, by_id=by.id, at=at))
    answer: Answer = CORRECTED.dump({"id": check_id, "correction": given})
    return answer
