"""The author's view of one comment."""

from typing import Any

from service.http.cors import open_to_token_holders, readable_by_any_page
from service.http.request_parsing import read_json
from service.schemas.author import STATUS
from service.submissions import author_requests
from service.submissions.status import Standing, standing_of

NOT_FOR_SEARCH = {"X-Robots-Tag": "noindex"}


@readable_by_any_page
def show_status(token: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Read the status of a comment, and the statement of reasons. Only its sender has this address."""
    return status_body(standing_of(token)), NOT_FOR_SEARCH


@open_to_token_holders
def edit_comment(token: str) -> dict[str, Any]:
    """Change the text of a comment, while `editable_until` lies ahead. It is scored and decided anew."""
    return status_body(author_requests.edit(token, read_json()))


@open_to_token_holders
def appeal_decision(token: str) -> dict[str, Any]:
    """Object to the rejection of a comment, once for each decision, unless it was rejected as spam."""
    return status_body(author_requests.appeal(token, read_json()))


@open_to_token_holders
def withdraw_comment(token: str) -> dict[str, Any]:
    """Take a comment off its page for good, at any time. Nobody can publish it again."""
    return status_body(author_requests.withdraw(token))


def status_body(standing: Standing) -> dict[str, Any]:
    """A comment as its author sees it, as JSON."""
    body: dict[str, Any] = STATUS.dump(standing)
    return body
