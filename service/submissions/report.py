"""A reader's report from JSON or a form: the limits, the fields, then the report."""

from collections.abc import Mapping
from typing import Any

from flask import request

from moderation import report_review
from moderation.privacy import network_of
from moderation.report_review import NewReport
from moderation.site import Site
from service.resources import resources
from service.schemas.reports import NEW_REPORT


def report(site: Site, comment_id: str, fields: Mapping[str, Any]) -> None:
    """Report a published comment. Raises NotFound, TooMany, ValidationError, StoreBusy.

    It counts towards the limits of its network like a submission. The text is kept as it was sent.
    """
    here, network = resources(), network_of(request.remote_addr or "")
    here.limiter.admit(site.id, network, None, size=len(str(fields.get("text", "")).encode("utf-8", "replace")))
    values = NEW_REPORT.load(fields)
    new = NewReport(site.id, comment_id, network, values["reason"], values["text"] or "")
    has_mail = here.settings.smtp is not None
    report_review.report(here.store, here.dispatch, new, has_mail=has_mail, at=here.now())
