"""A real WordPress sends its comments through intake, and publishes them when a webhook says so."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from moderation.accounts import Scope
from moderation.store.tables import comments
from moderation.webhooks.events import signature
from tests.compat.wordpress import ROOT, call, wordpress

pytestmark = pytest.mark.slow

SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
PROGRAM = Path(__file__).parent / "clients" / "wordpress_intake.php"
_SETTINGS = """<?php
define( 'WP_HOME', 'https://blog.example' ); define( 'WP_SITEURL', 'https://blog.example' );
define( 'RJ_URL', '{url}' ); define( 'RJ_SITE', 'demo' ); define( 'RJ_KEY', '{key}' );
define( 'RJ_WEBHOOK_SECRET', '{secret}' );
"""


@pytest.fixture
def blog(stack):
    """What WordPress says after a task: `blog("comment", "Rita", "Hello.")`."""
    _, right = stack.store.write(lambda uow: uow.keys.add("demo", "WordPress", Scope.SUBMIT, at=datetime.now(UTC)))
    with wordpress(stack.url) as folder:
        plugins = folder / "wp-content" / "mu-plugins"
        shutil.copy(ROOT / "examples" / "rejoinder-intake.php", plugins)

        def run(*task, key=right):
            (plugins / "0-settings.php").write_text(_SETTINGS.format(url=stack.url, key=key, secret=SECRET))
            return json.loads(call(folder, *task, program=PROGRAM))

        yield run


def signed(data, *, secret=SECRET, at=None):
    """The headers and the body of an event about a comment."""
    at = at or datetime.now(UTC)
    body = json.dumps({"type": "comment.any", "timestamp": at.isoformat(), "data": data})
    headers = {
        "webhook-id": "evt_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature([secret], event_id="evt_1", at=at, payload=body),
        "content-type": "application/json",
    }
    return json.dumps(headers), body


def test_a_comment_is_sent_held_and_published_by_a_webhook(stack, blog):
    said = blog("comment", "Rita", "Thank you &amp; <b>goodbye</b>.")

    [[status, comment_id]] = said["comments"]
    assert status == "unapproved"
    with stack.store.read() as uow:
        row = uow.connection.execute(select(comments)).one()
    assert (row.id, row.name, row.body) == (comment_id, "Rita", "Thank you & goodbye.")

    def event(status, revision, *, comment=comment_id, **how):
        data = {"id": comment, "status": status, "revision": revision, "reason": "spam"}
        said = blog("event", *signed(data, **how))
        return said["answer"], said["comments"][0][0]

    assert event("approved", 1, secret="whsec_d3Jvbmc=") == (401, "unapproved")
    assert event("approved", 1, at=datetime.now(UTC) - timedelta(minutes=6)) == (401, "unapproved")
    assert event("approved", 2) == (204, "approved")
    assert event("pending", 1) == (204, "approved")
    assert event("rejected", 3) == (204, "spam")
    assert event("pending", 4) == (204, "unapproved")
    assert event("approved", 1, comment="cmt_another") == (503, "unapproved")


def test_what_cannot_be_sent_stays_pending_and_is_sent_later(stack, blog):
    failed = blog("comment", "Rita", "Thank you, the bread turned out well.", key="rj_wrong")
    again = blog("again")
    blog("again")

    assert failed["comments"] == [["unapproved", ""]]
    [[status, comment_id]] = again["comments"]
    with stack.store.read() as uow:
        kept = uow.connection.scalars(select(comments.c.id)).all()
    assert (status, kept) == ("unapproved", [comment_id])
