"""The author's view of one comment."""

from typing import Any

from service.http.cors import readable_by_any_page
from service.schemas.author import STATUS
from service.submissions.status import Standing, standing_of

NOT_FOR_SEARCH = {"X-Robots-Tag": "noindex"}


@readable_by_any_page
def show_status(token: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Read the status of a comment, and the statement of reasons. Only its sender has this address."""
    return status_body(standing_of(token)), NOT_FOR_SEARCH


def status_body(standing: Standing) -> dict[str, Any]:
    """A comment as its author sees it, as JSON."""
    body: dict[str, Any] = STATUS.dump(standing)
    return body
