"""What becomes of a submission once it is read, whichever way it came in: the limits, the fields, then intake."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from marshmallow import ValidationError

from moderation.intake import Receipt, receive
from moderation.privacy import network_of
from moderation.site import Site
from service.http.errors import Unreadable
from service.resources import Resources
from service.schemas.submission import SUBMISSION, arrival_from, submission_from
from service.submissions.redirects import lies_on

KEY = r"[!-+\--~]{1,255}"
"""No comma: that is how two headers of one name arrive. One that the server cannot read arrives empty."""

_is_key = re.compile(KEY).fullmatch


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends. address: the IP as text; idempotency_key: as its header says, None without one.

    is_known: a server with a key of the site, which knows its pages and speaks for many networks.
    has_form: whether it is a browser's form.
    """

    address: str
    idempotency_key: str | None = None
    is_known: bool = False
    has_form: bool = False


def submit(resources: Resources, site: Site, told: Mapping[str, Any], sender: Sender) -> Receipt:
    """Check the limits and the fields, then take the submission in. Raises what `service/http/errors.py` can tell."""
    network = None if sender.is_known else network_of(sender.address)
    try:
        checked = SUBMISSION.load(told)
    except ValidationError:
        resources.limiter.admit(site.id, network, None)  # what is wrong counts too, and a flood of it is told so
        raise
    submission = submission_from(checked)
    if not sender.is_known and not lies_on(site, submission.thread.url):
        submission = replace(submission, thread=replace(submission.thread, url=""))
    resources.limiter.admit(site.id, network, submission.email)
    key = sender.idempotency_key
    if key is not None and not _is_key(key):
        raise Unreadable("Idempotency-Key must be 1 to 255 visible ASCII characters without a comma, such as a UUID.")
    arrival = arrival_from(checked, address=sender.address, idempotency_key=key or "", from_form=sender.has_form)
    return receive(resources.store, resources.dispatch, site, submission, arrival, at=resources.now())


def receipt_body(receipt: Receipt, public_url: str) -> tuple[str, str]:
    """What the author is told, as JSON, and the status link in it."""
    status_url = f"{public_url}/v1/status/{receipt.token}"
    return json.dumps({"id": receipt.comment_id, "status": "pending", "status_url": status_url}), status_url
