"""Every route of the API, in one list: method, URL, view, scope, request and response.

To add an operation: a view in the file of its subject in this folder, a schema in `service/schemas`, a row here. The
OpenAPI document follows from the row; docs/api.md names the operation.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask

from moderation.accounts import Scope
from service.api import (
    appeals,
    automation,
    campaigns,
    checks,
    comment_formats,
    comments,
    decisions,
    deliveries,
    docs,
    endpoints,
    exports,
    health,
    metrics,
    moderations,
    people,
    policy,
    queue,
    reports,
    retention,
    status,
    thread_lists,
    threads,
)
from service.api.route import Route
from service.auth.actors import require
from service.schemas import appeals as appealing
from service.schemas import author, backtests, operation, review, submission, webhooks
from service.schemas import automation as automating
from service.schemas import campaigns as grouping
from service.schemas import checks as checking
from service.schemas import exports as exporting
from service.schemas import moderations as judging
from service.schemas import people as persons
from service.schemas import policy as policies
from service.schemas import reports as reporting
from service.schemas import retention as keeping
from service.schemas import threads as reading

_SITE = "/v1/sites/<site_id>"
_COMMENT = "/v1/comments/<comment_id>"
_STATUS = "/v1/status/<token>"
_THREAD = f"{_SITE}/threads/<key:key>"
_ENDPOINT = f"{_SITE}/endpoints/<endpoint_id>"
_DELIVERY = f"{_SITE}/deliveries/<int(max={webhooks.MAX_DELIVERY_ID}):delivery_id>"
_CHECK, _READ, _MODERATE, _ADMIN = Scope.CHECK, Scope.READ, Scope.MODERATE, Scope.ADMIN

# fmt: off
# ruff: noqa: E501 - one line each is what makes it a list
ROUTES: tuple[Route, ...] = (
    # Authors, and the pages of a site
    Route("POST", f"{_SITE}/comments", comments.submit_comment, takes=submission.SUBMISSION, takes_form=submission.FORM, gives=reading.RECEIPT, status=202, refuses=(401, 403, 409, 429)),
    Route("GET", f"{_SITE}/form", threads.give_form_token, asks=reading.FORM_QUERY, gives=reading.FORM_TOKEN),
    Route("GET", f"{_SITE}/challenge", threads.give_challenge, gives=reading.CHALLENGE, refuses=(429,)),
    Route("POST", f"{_SITE}/preview", threads.preview_text, takes=reading.PREVIEW, gives=reading.PREVIEWED, refuses=(403, 429)),
    Route("POST", f"{_SITE}/tone", threads.judge_tone, takes=reading.PREVIEW, gives=reading.TONE, refuses=(403, 429)),
    Route("GET", f"{_THREAD}/comments", threads.list_thread, asks=reading.THREAD_QUERY, gives=reading.PUBLIC_THREAD, refuses=(304, 429)),
    Route("GET", f"{_THREAD}/comments.html", comment_formats.show_thread_as_html, asks=reading.THREAD_QUERY, kind="text/html", refuses=(304, 429)),
    Route("GET", f"{_THREAD}/comments.md", comment_formats.show_thread_as_markdown, asks=reading.THREAD_QUERY, kind="text/markdown", refuses=(304, 429)),
    Route("GET", f"{_THREAD}/comments.atom", comment_formats.show_thread_as_atom, asks=reading.FEED_QUERY, kind="application/atom+xml", refuses=(304, 429)),
    Route("GET", f"{_SITE}/comments.atom", comment_formats.show_site_as_atom, asks=reading.FEED_QUERY, kind="application/atom+xml", refuses=(304, 429)),
    Route("GET", f"{_SITE}/counts", thread_lists.count_comments, asks=reading.COUNT_QUERY, gives=reading.COUNTS, refuses=(304, 429)),
    Route("GET", f"{_SITE}/threads", thread_lists.list_threads, asks=reading.THREADS_QUERY, gives=reading.THREAD_LIST, refuses=(304, 429)),
    Route("GET", _STATUS, status.show_status, gives=author.STATUS),
    Route("POST", f"{_STATUS}/edit", status.edit_comment, takes=author.EDIT, gives=author.STATUS, refuses=(409, 429)),
    Route("POST", f"{_STATUS}/appeal", status.appeal_decision, takes=author.APPEAL_TEXT, gives=author.STATUS, refuses=(409, 429)),
    Route("POST", f"{_STATUS}/withdraw", status.withdraw_comment, gives=author.STATUS, refuses=(429,)),
    Route("POST", f"{_SITE}/comments/<comment_id>/reports", reports.report_comment, takes=reporting.NEW_REPORT, gives=reporting.REPORT_TAKEN, status=202, refuses=(403, 429)),
    # Servers that only want a verdict
    Route("POST", f"{_SITE}/checks", checks.check_text, _CHECK, takes=checking.CHECK, gives=checking.CHECKED, refuses=(429,)),
    Route("PUT", "/v1/checks/<check_id>/correction", checks.correct_check, _CHECK, takes=checking.CORRECTION, gives=checking.CORRECTED),
    Route("POST", "/v1/moderations", moderations.moderate_texts, _CHECK, takes=judging.MODERATION_REQUEST, gives=judging.MODERATIONS, refuses=(429,)),
    # Moderators
    Route("GET", "/v1/queue", queue.list_queue, _READ, asks=review.QUEUE_QUERY, gives=review.QUEUE_PAGE, refuses=(404, 429)),
    Route("GET", _COMMENT, queue.show_comment, _READ, gives=review.COMMENT_DETAIL),
    Route("POST", f"{_COMMENT}/email", queue.reveal_email, _MODERATE, gives=review.EMAIL, refuses=(409,)),
    Route("POST", f"{_COMMENT}/decisions", decisions.decide_comment, _MODERATE, takes=review.DECISION_REQUEST, gives=review.DECISION_RESULT, status=201, refuses=(409,)),
    Route("POST", "/v1/decisions", decisions.decide_comments, _MODERATE, takes=review.DECISION_REQUESTS, gives=review.RESULTS),
    Route("POST", "/v1/decisions/<decision_id>/undo", decisions.undo_decision, _MODERATE, gives=review.DECISION_RESULT, status=201, refuses=(409,)),
    Route("GET", "/v1/campaigns", campaigns.list_campaigns, _READ, asks=grouping.CAMPAIGN_QUERY, gives=grouping.CAMPAIGNS, refuses=(404,)),
    Route("POST", "/v1/campaigns/<campaign_id>/decisions", campaigns.decide_campaign, _MODERATE, takes=grouping.CAMPAIGN_DECISION, gives=grouping.CAMPAIGN_DECIDED, status=201),
    Route("GET", "/v1/reports", reports.list_reports, _READ, asks=reporting.REPORT_QUERY, gives=reporting.REPORTS, refuses=(404,)),
    Route("POST", f"{_COMMENT}/reports/dismiss", reports.dismiss_reports, _MODERATE, takes=reporting.DISMISSAL, gives=reporting.DISMISSED),
    Route("GET", "/v1/appeals", appeals.list_appeals, _READ, asks=appealing.APPEAL_QUERY, gives=appealing.APPEALS, refuses=(404,)),
    Route("POST", "/v1/appeals/<appeal_id>/decision", appeals.decide_appeal, _MODERATE, takes=appealing.APPEAL_DECISION, gives=appealing.APPEAL, status=201, refuses=(409,)),
    Route("PATCH", _THREAD, threads.change_thread, _MODERATE, takes=reading.THREAD_CHANGE, gives=reading.THREAD),
    # Owners: the policy
    Route("GET", f"{_SITE}/policy", policy.show_policy, _READ, gives=policies.POLICY),
    Route("PUT", f"{_SITE}/policy", policy.replace_policy, _ADMIN, takes=policies.POLICY, gives=policies.POLICY),
    Route("POST", f"{_SITE}/policy/test", policy.test_policy, _ADMIN, asks=backtests.BACKTEST_QUERY, takes=policies.POLICY, gives=backtests.BACKTEST),
    # Owners: how long things are kept
    Route("GET", f"{_SITE}/retention", retention.show_retention, _READ, gives=keeping.RETENTION),
    Route("PUT", f"{_SITE}/retention", retention.replace_retention, _ADMIN, takes=keeping.RETENTION, gives=keeping.RETENTION),
    # Owners: what people may ask for
    Route("POST", f"{_SITE}/people/export", people.export_person, _ADMIN, takes=persons.PERSON, gives=persons.PERSON_EXPORT),
    Route("POST", f"{_SITE}/people/erase", people.erase_person, _ADMIN, takes=persons.ERASE_PERSON, gives=persons.ERASED_PERSON),
    Route("DELETE", _COMMENT, people.erase_comment, _ADMIN, status=204),
    # Owners: automation
    Route("GET", f"{_SITE}/automation", automation.show_automation, _READ, gives=automating.AUTOMATION),
    Route("PATCH", f"{_SITE}/automation", automation.change_automation, _ADMIN, takes=automating.AUTOMATION_CHANGE, gives=automating.AUTOMATION),
    Route("POST", f"{_SITE}/automation/test", automation.test_automation, _ADMIN, asks=automating.BUDGET_TEST_QUERY, takes=automating.BUDGETS, gives=automating.BUDGET_TEST),
    Route("POST", f"{_SITE}/automation/pause", automation.pause_automation, _ADMIN, gives=automating.AUTOMATION),
    # Owners: everything
    Route("GET", f"{_SITE}/export", exports.export_site, _ADMIN, asks=exporting.EXPORT_QUERY, kind="application/octet-stream", refuses=(503,)),
    # Owners: webhooks
    Route("GET", f"{_SITE}/endpoints", endpoints.list_endpoints, _ADMIN, gives=webhooks.ENDPOINTS),
    Route("POST", f"{_SITE}/endpoints", endpoints.add_endpoint, _ADMIN, takes=webhooks.NEW_ENDPOINT, gives=webhooks.NEW_ENDPOINT_ANSWER, status=201),
    Route("PATCH", _ENDPOINT, endpoints.change_endpoint, _ADMIN, takes=webhooks.ENDPOINT_CHANGE, gives=webhooks.ENDPOINT),
    Route("DELETE", _ENDPOINT, endpoints.remove_endpoint, _ADMIN, status=204),
    Route("POST", f"{_ENDPOINT}/rotate", endpoints.rotate_secret, _ADMIN, gives=webhooks.NEW_ENDPOINT_ANSWER),
    Route("POST", f"{_ENDPOINT}/enable", endpoints.enable_endpoint, _ADMIN, gives=webhooks.ENDPOINT),
    Route("POST", f"{_ENDPOINT}/test", endpoints.test_endpoint, _ADMIN, gives=webhooks.TEST_SENT, status=202, refuses=(422,)),
    Route("GET", f"{_SITE}/deliveries", deliveries.list_deliveries, _ADMIN, asks=webhooks.DELIVERY_QUERY, gives=webhooks.DELIVERY_PAGE),
    Route("GET", _DELIVERY, deliveries.show_delivery, _ADMIN, gives=webhooks.DELIVERY),
    Route("POST", f"{_DELIVERY}/replay", deliveries.replay_delivery, _ADMIN, gives=webhooks.DELIVERY, status=202, refuses=(422,)),
    Route("POST", f"{_SITE}/deliveries/replay", deliveries.replay_deliveries, _ADMIN, takes=webhooks.REPLAY, gives=webhooks.REPLAYED, status=202),
    # Monitors, and everybody: this list
    Route("GET", "/health", health.show_health, gives=operation.HEALTH),
    Route("GET", "/ready", health.show_readiness, gives=operation.READINESS),
    Route("GET", "/metrics", metrics.show_metrics, kind="text/plain", refuses=(403, 429)),
    Route("GET", "/v1/openapi.json", docs.show_document),
    Route("GET", "/v1/docs", docs.show_page, kind="text/html"),
)
# fmt: on


def register(app: Flask) -> None:
    """Add the routes to the app, each behind its scope, and describe them."""
    docs.describe(app, ROUTES)
    for route in ROUTES:
        app.add_url_rule(route.url, route.view.__name__, _guarded(route), methods=[route.method])


def _guarded(route: Route) -> Callable[..., Any]:
    """The view, behind the route's scope: on the site that the URL names, else on any site."""
    scope = route.scope
    if scope is None:
        return route.view

    @wraps(route.view)
    def guarded(**arguments: Any) -> Any:
        require(scope, arguments.get("site_id"))
        return route.view(**arguments)

    return guarded
