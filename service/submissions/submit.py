"""Submits a comment that was parsed from JSON or a form: checks the limits and the fields, then takes it in."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from marshmallow import ValidationError

from moderation.comment import Submission
from moderation.intake import Receipt, receive
from moderation.messages import N_, Message
from moderation.privacy import network_of
from moderation.proof_of_work import read_solution
from moderation.site import Site
from service.http.errors import Unreadable
from service.resources import Resources
from service.schemas import form_fields
from service.schemas.submission import SUBMISSION, arrival_from, submission_from
from service.submissions.form_parts import asks_for_proof
from service.submissions.redirects import lies_on

KEY = r"[!-+\--~]{1,255}"
"""No comma, because two headers of one name are joined with one. A header that the server cannot read is empty."""

_is_key = re.compile(KEY).fullmatch


@dataclass(frozen=True, slots=True)
class Sender:
    """The sender of a submission. address: the IP as text; idempotency_key: from the header, None without one.

    key_id: that of the server's key of the site, "" without one. has_form: whether a form was sent.
    """

    address: str
    idempotency_key: str | None = None
    key_id: str = ""
    has_form: bool = False

    @property
    def is_known(self) -> bool:
        """Whether it is a server with a key, which knows the site's pages and submits for many networks."""
        return bool(self.key_id)


def submit(resources: Resources, site: Site, fields: Mapping[str, Any], sender: Sender) -> Receipt:
    """Check the limits and the fields, then take the submission in. Raises errors of `service/http/errors.py`."""
    network = None if sender.is_known else network_of(sender.address)
    try:
        checked = SUBMISSION.load(fields)
    except ValidationError:
        resources.limiter.admit(site.id, network, None)  # wrong submissions count towards the limits too
        raise
    submission = submission_from(checked)
    if not sender.is_known and not lies_on(site, submission.thread.url):
        submission = replace(submission, thread=replace(submission.thread, url=""))
    if submission.follow and resources.settings.smtp is None:  # nobody promised them anything
        submission = replace(submission, follow=frozenset())
    resources.limiter.admit(site.id, network, submission.email, size=_size(submission))
    key = sender.idempotency_key
    if key is None and sender.has_form and not checked.get(form_fields.FORM_TOKEN):
        key = _key_of_form(submission)
    if key is not None and not _is_key(key):
        raise Unreadable(
            Message(N_("Idempotency-Key must be 1 to 255 visible ASCII characters without a comma, such as a UUID."))
        )
    arrival = arrival_from(
        checked,
        address=sender.address,
        idempotency_key=key or "",
        sender=sender.key_id or network_of(sender.address),
        from_form=sender.has_form,
    )
    if asks_for_proof(resources, site) and not _is_proven(resources, site, checked):
        arrival = replace(arrival, lacks_proof=True)
    return receive(resources.store, resources.dispatch, site, submission, arrival, at=resources.now())


def _is_proven(resources: Resources, site: Site, checked: Mapping[str, Any]) -> bool:
    solution = checked.get(form_fields.PROOF) or ""
    solved = read_solution(resources.store.sealer, site.id, solution, at=resources.now())
    return solved is not None and resources.limiter.is_first_use(site.id, solved.nonce)


def _key_of_form(submission: Submission) -> str:
    """What a form without a token is known by, so that going back and pressing once more makes no second comment.

    All that was typed: who goes back to correct the address, or says what a namesake said, sends another comment.
    """
    who = (submission.name, submission.email.canonical, submission.website)
    said = (submission.thread.key, submission.parent, *who, submission.body)
    return "form:" + hashlib.sha256("\0".join(said).encode("utf-8", "replace")).hexdigest()


def _size(submission: Submission) -> int:
    """How many bytes of text the submission would add to the database."""
    thread = submission.thread
    texts = (submission.name, submission.website, submission.body, thread.key, thread.url, thread.title)
    return sum(len(text.encode("utf-8", "replace")) for text in texts)


def receipt_body(receipt: Receipt, public_url: str) -> tuple[str, str]:
    """The body of the response as JSON, and the status link in it."""
    status_url = f"{public_url}/v1/status/{receipt.token}"
    return json.dumps({"id": receipt.comment_id, "status": "pending", "status_url": status_url}), status_url
