import json
import re
from pathlib import Path

import pytest

from moderation.decision import Action
from moderation.outbox.channels import RETRY_AFTER, WEBHOOK
from moderation.outbox.delivery import JITTER
from moderation.webhooks.endpoint import SECRET_OVERLAP, USUAL_PORTS
from moderation.webhooks.events import EventType, decision_event
from tests.builders import a_comment, a_decision
from worker.http_client import KEEP_BYTES, READ_BYTES, TOTAL_S
from worker.safe_connect import CONNECT_S

PAGE = (Path(__file__).parents[3] / "docs" / "webhooks.md").read_text("utf-8")


@pytest.mark.parametrize("event", EventType)
def test_every_event_has_its_paragraph(event):
    assert f"### `{event.value}`\n" in PAGE


def test_the_example_has_exactly_the_fields_of_a_real_event():
    shown = json.loads(re.search(r"```json\n(.*?)```", PAGE, re.DOTALL).group(1))
    comment = a_comment()

    sent = json.loads(decision_event(comment, a_decision(comment, Action.REJECT)).payload)

    assert list(shown) == list(sent)
    assert list(shown["data"]) == list(sent["data"])
    assert shown["data"]["public_reason"] == sent["data"]["public_reason"]


def test_the_page_names_the_times_and_limits_that_the_code_keeps():
    page = " ".join(PAGE.split())
    units = {5: "5 seconds", 300: "5 minutes", 1_800: "30 minutes", 7_200: "2 hours", 18_000: "5 hours"}
    waits = [units.get(wait.seconds, "10 hours") for wait in RETRY_AFTER]

    assert ", ".join(waits[:-1]) + " and " + waits[-1] in page
    assert JITTER == 0.1 and "up to a tenth later" in page
    assert f"accepts nothing for {WEBHOOK.disable_after.days} days" in page
    assert SECRET_OVERLAP.total_seconds() == 24 * 3600 and "For 24 hours" in page
    assert f"{WEBHOOK.initial_in_flight} deliveries at once at first, up to {WEBHOOK.max_in_flight}" in page
    assert f"within {TOTAL_S:.0f} seconds ({CONNECT_S:.0f} for the connection)" in page
    assert f"reads {READ_BYTES // 1024} KiB of an answer at most" in page
    assert WEBHOOK.max_retry_after.days == 1 and "at most a day" in page
    assert KEEP_BYTES == 1024 and "the first KiB of the answer" in page
    assert "port must be 80, 443, 8080 or 8443" in page and len(USUAL_PORTS) == 4
