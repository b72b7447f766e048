"""WordPress' own Akismet plugin, unchanged, asks Rejoinder by the lines that docs/migrate.md shows."""

import json

import pytest
from sqlalchemy import select

from moderation.store.tables import checks
from tests.compat.wordpress import call, wordpress

pytestmark = pytest.mark.slow


def test_what_becomes_of_comments_on_a_real_wordpress(stack, akismet_key):
    with wordpress(stack.url) as folder:
        said = json.loads(call(folder, "try", akismet_key))

    assert said == {
        "right key": "valid",
        "wrong key": "invalid",
        "Rita": ["approved", ""],
        "Ben": ["unapproved", ""],
        "viagra-test-123": ["spam", ""],
        "Ann": ["spam", "discard"],
        "Ben, checked again": "unapproved",
        "Ben, after an outage": "spam",
        "account": "active",
        "spam": 1,
        "connected": True,
    }
    with stack.store.read() as uow:
        kept = uow.connection.execute(select(checks.c.name, checks.c.action, checks.c.correction)).all()
    assert sorted(map(tuple, kept)) == [("Ann", "reject", "ham"), ("Ben", "hold", ""), ("Rita", "approve", "spam")]
