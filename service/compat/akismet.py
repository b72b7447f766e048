"""Akismet's API (`/1.1/…` and `/1.2/…`) for clients that were written for it. See docs/akismet.md.

To add an operation: a function here with its line in OPERATIONS, and a row in docs/akismet.md.
"""

from collections.abc import Callable
from functools import partial, wraps

from flask import Blueprint, Response, jsonify

from moderation.checks import Correction
from moderation.ids import new_id
from service.compat import reports
from service.compat.akismet_answers import (
    DISCARD,
    GUID,
    invalid_answer,
    problem_text,
    text_answer,
    verdict_answer,
)
from service.compat.akismet_form import AkismetRequest, read_request
from service.compat.akismet_reports import sites_of_key, statistics, subscription, usage
from service.compat.callers import Caller, caller_with
from service.http.problems import noted
from service.resources import resources
from service.submissions.check import check

VERSIONS = ("1.1", "1.2")
ABOUT_A_KEY = frozenset({"verify-key", "get-subscription", "get-stats", "deactivate"})
THANKS = "Thanks for making the web a better place."

bp = Blueprint("akismet", __name__)


Operation = Callable[[AkismetRequest, Caller, str], Response]
"""Takes the request, who sends it, and an id that is new; the answer carries it where nothing else has one."""


def check_comment(asked: AkismetRequest, caller: Caller, guid: str) -> Response:
    """comment-check: whether a comment is spam."""
    if asked.is_by_administrator:
        return text_answer("false", {GUID: guid})
    if asked.is_guaranteed_spam:
        return text_answer("true", {GUID: guid} | (DISCARD if asked.must_discard else {}))
    resources().limiter.admit_check(caller.key_id)
    verdict = check(
        resources(),
        caller.site,
        asked.submission(),
        asked.arrival(key_id=caller.key_id),
        keep=not asked.is_test,
        is_again=bool(asked.recheck_reason),
    )
    return verdict_answer(asked, verdict, caller.site.policy, verdict.id or guid)


def submit(asked: AkismetRequest, caller: Caller, guid: str, *, correction: Correction) -> Response:
    """submit-spam and submit-ham: what a comment was in truth.

    Its check is found by the guid of the answer, else by the text and its author. A comment that was never checked is
    checked first, so that there is something to correct.
    """
    if not asked.is_test:
        resources().limiter.admit_check(caller.key_id)
        ids = (asked.fields.get("guid", ""), asked.fields.get("akismet_guid", ""))
        reports.correct(caller, asked.submission(), asked.arrival(key_id=caller.key_id), correction, ids=ids)
    return text_answer(THANKS)


def show_usage(asked: AkismetRequest, caller: Caller, guid: str) -> Response:
    """usage-limit: how many checks there were this month."""
    with resources().store.read() as uow:
        return jsonify(usage(uow, caller.site, at=resources().now()))


def show_sites(asked: AkismetRequest, caller: Caller, guid: str) -> Response:
    """key-sites: the checks of the key's site in a month, as JSON or CSV."""
    with resources().store.read() as uow:
        value, table = sites_of_key(uow, caller.site, asked.fields, at=resources().now())
    if asked.fields.get("format") == "csv":
        return Response(table, content_type="text/csv; charset=utf-8")
    return jsonify(value)


def show_statistics(asked: AkismetRequest, caller: Caller, guid: str) -> Response:
    """get-stats: the figures on the plugin's settings page."""
    with resources().store.read() as uow:
        return jsonify(statistics(uow, caller.site, asked.fields.get("from", ""), at=resources().now()))


def show_subscription(asked: AkismetRequest, caller: Caller, guid: str) -> Response:
    """get-subscription: that the key works, and what for."""
    return jsonify(subscription(caller.site))


def give_token(asked: AkismetRequest, caller: Caller, guid: str) -> Response:
    """token: opens Akismet's own statistics page, which nothing here has; so there is none."""
    return text_answer("")


def verify(asked: AkismetRequest, caller: Caller, guid: str) -> Response:
    """verify-key: the caller has a key, so it is valid."""
    return text_answer("valid")


def deactivate(asked: AkismetRequest, caller: Caller, guid: str) -> Response:
    """deactivate: the plugin was switched off. The key stays; `rejoinder key revoke` revokes it."""
    return text_answer("deactivated")


OPERATIONS: dict[str, tuple[Operation, tuple[str, ...]]] = {
    "verify-key": (verify, ("POST",)),
    "comment-check": (check_comment, ("POST",)),
    "submit-spam": (partial(submit, correction=Correction.SPAM), ("POST",)),
    "submit-ham": (partial(submit, correction=Correction.HAM), ("POST",)),
    "usage-limit": (show_usage, ("GET", "POST")),
    "key-sites": (show_sites, ("GET", "POST")),
    "get-subscription": (show_subscription, ("POST",)),
    "get-stats": (show_statistics, ("POST",)),
    "token": (give_token, ("POST",)),
    "deactivate": (deactivate, ("POST",)),
}
"""By the last part of the path: the function, and the methods that clients use. Texts are never part of a URL."""


@bp.route("/1.1/test", methods=["GET", "POST"])
def test_connection() -> Response:
    """What the plugin asks when its owner tests the connection."""
    return text_answer("connected")


def _view(operation: Operation, name: str) -> Callable[[], Response]:
    """The operation behind its key. Whatever goes wrong is a text, in the words of Akismet where it has some."""

    @wraps(operation if not isinstance(operation, partial) else operation.func)
    def view() -> Response:
        guid = new_id("chk", at=resources().now())
        try:
            asked = read_request()
            caller = caller_with(asked.key(is_subject=name in ABOUT_A_KEY))
            if caller is None:
                return invalid_answer("" if name == "verify-key" else guid)
            return operation(asked, caller, guid)
        except Exception as error:  # every failure needs a guid, or WordPress' plugin would let the comment pass
            return problem_text(noted(error), guid)

    return view


for _name, (_operation, _methods) in OPERATIONS.items():
    for _version in VERSIONS:
        bp.add_url_rule(
            f"/{_version}/{_name}",
            f"{_name}-{_version.replace('.', '-')}",
            _view(_operation, _name),
            methods=_methods,
        )
