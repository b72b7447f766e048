"""One comment, from the door to the webhook."""

from contextlib import closing
from pathlib import Path

import pytest

from models.artifact import load
from models.inference.sentence_encoder import SentenceEncoder
from tests.models.encoders import GERMAN, needs_encoder
from tests.receiver import Receiver
from tests.stack import Stack
from tests.waiting import eventually

pytestmark = pytest.mark.slow


def test_a_comment_is_scored_approved_published_and_told_to_the_site(stack: Stack, receiver: Receiver) -> None:
    stack.start()

    accepted = stack.comment("The second recipe worked for me, thank you.")
    scored = eventually(lambda: _scored(stack, accepted.json["id"]))
    decided = stack.post(
        f"/v1/comments/{scored['id']}/decisions",
        {"action": "approve", "revision": scored["revision"]},
        key=stack.key,
    )
    thread = stack.get("/v1/sites/demo/threads/a-page/comments")

    assert accepted.status == 202 and accepted.json["status"] == "pending"
    assert 0 <= scored["score"]["spam"] < 0.5
    assert decided.status == 201, decided.text
    assert [comment["body"] for comment in thread.json["comments"]] == ["The second recipe worked for me, thank you."]
    assert stack.get(accepted.json["status_url"]).json["status"] == "approved"
    eventually(lambda: sorted(receiver.types()) == ["comment.approved", "comment.received"])
    assert receiver.refused == []


def test_an_undone_rejection_is_told_as_reverted(stack: Stack, receiver: Receiver) -> None:
    stack.start()
    accepted = stack.comment().json["id"]
    scored = eventually(lambda: _scored(stack, accepted))

    rejected = stack.post(
        f"/v1/comments/{scored['id']}/decisions",
        {"action": "reject", "reason": "off_topic", "revision": scored["revision"]},
        key=stack.key,
    )
    undone = stack.post(f"/v1/decisions/{rejected.json['id']}/undo", {}, key=stack.key)

    assert undone.status == 201, undone.text
    assert undone.json["comment"]["status"] == "pending"
    eventually(lambda: "comment.reverted" in receiver.types())
    assert receiver.refused == []


@needs_encoder
def test_a_comment_in_german_is_read_by_the_encoder_where_that_is_installed(tmp_path: Path) -> None:
    with closing(Stack(f"sqlite:///{tmp_path / 'rejoinder.db'}", encoder="auto")) as stack:
        stack.start()

        accepted = stack.comment(GERMAN)
        eventually(lambda: _scored(stack, accepted.json["id"]))
        with stack.store.read() as uow:
            score = uow.comments.get(accepted.json["id"]).score

    assert score is not None
    assert score.model == f"{load().version}+{SentenceEncoder.find().version}"
    assert "evidence.encoder" in [part.code for part in score.evidence]


def _scored(stack: Stack, comment_id: str) -> dict | None:
    """The comment as moderators see it, once it has its score."""
    comment = stack.get(f"/v1/comments/{comment_id}", key=stack.key).json
    return comment if comment.get("score") else None
