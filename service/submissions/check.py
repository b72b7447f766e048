"""Checks a text for the API and for the drop-in interfaces: the limit, the fields, then the verdict."""

from collections.abc import Mapping
from typing import Any

from moderation.checks import CheckRequest, Verdict
from moderation.comment import Submission, SubmissionMetadata
from moderation.site import Site
from service.resources import Resources
from service.schemas.checks import CHECK, check_from
from service.schemas.submission import arrival_from


def check_fields(resources: Resources, site: Site, fields: Mapping[str, Any], *, key_id: str) -> Verdict:
    """Score the text in these fields and judge it by the site's policy.

    key_id: who asks, a key or a signed-in moderator. Raises TooMany, ValidationError, CannotScore, StoreBusy.
    """
    resources.limiter.admit_check(key_id)
    values = CHECK.load(fields)
    arrival = arrival_from(
        values, address=values.get("address") or "", idempotency_key="", sender=key_id, from_form=False
    )
    return check(resources, site, check_from(values), arrival, keep=values["store"], with_evidence=True)


def check(
    resources: Resources,
    site: Site,
    submission: Submission,
    arrival: SubmissionMetadata,
    *,
    keep: bool = True,
    is_again: bool = False,
    with_evidence: bool = False,
) -> Verdict:
    """The verdict about a submission whose fields and limit were checked; see `moderation.checks.check`."""
    return resources.check_groups.check(
        CheckRequest(
            site,
            submission,
            arrival,
            at=resources.now(),
            keep=keep,
            is_again=is_again,
            with_evidence=with_evidence,
        )
    )
