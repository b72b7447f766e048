"""The author's view of one comment."""

from typing import Any

from service.http.cors import readable_by_any_page
from service.schemas.threads import STATUS
from service.submissions.status import comment_of, public_reason


@readable_by_any_page
def show_status(token: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Read the status of a comment. Only its sender has this address."""
    comment = comment_of(token)
    status = {"id": comment.id, "status": comment.status.value, "reason": public_reason(comment.reason)}
    return STATUS.dump(status), {"X-Robots-Tag": "noindex"}
