"""Asking a colleague to decide about a comment."""

from moderation.accounts import Role
from tests.builders import NOON, a_submission, received, settled


def test_who_is_asked_sees_it_on_top_of_the_queue_until_somebody_decides(signed_in, sqlite_store):
    comment = settled(sqlite_store, received(sqlite_store, a_submission("Is this libel?"), at=NOON), at=NOON)
    mina, olga = signed_in(), signed_in("Olga", Role.OWNER)

    answer = mina.submit(
        f"/dashboard/comments/{comment.id}/escalate", **{"for": olga.moderator_id, "note": "Unsure."}
    )
    assert "asked" in answer.text and "Unsure." in answer.text
    assert "asks you to decide" in olga.get("/dashboard/").text
    assert "asks you to decide" not in mina.get("/dashboard/").text

    olga.submit(f"/dashboard/comments/{comment.id}/decisions", action="approve", revision=1)
    assert "asks you to decide" not in olga.get("/dashboard/").text


def test_only_those_who_may_decide_are_asked(signed_in, sqlite_store, garden):
    comment = settled(sqlite_store, received(sqlite_store, at=NOON), at=NOON)
    viewer, elsewhere = signed_in("Vera", Role.VIEWER), signed_in("Greta", Role.OWNER, "garden")
    mina = signed_in()

    for other in (viewer, elsewhere):
        refused = mina.submit(f"/dashboard/comments/{comment.id}/escalate", **{"for": other.moderator_id})
        assert refused.status_code == 422


def test_nobody_is_asked_about_a_comment_that_is_decided(signed_in, sqlite_store):
    comment = settled(sqlite_store, received(sqlite_store, at=NOON), at=NOON)
    mina, olga = signed_in(), signed_in("Olga", Role.OWNER)
    mina.submit(f"/dashboard/comments/{comment.id}/decisions", action="approve", revision=comment.revision)

    refused = mina.submit(f"/dashboard/comments/{comment.id}/escalate", **{"for": olga.moderator_id})

    assert refused.status_code == 422
    assert "has been decided already" in refused.text
    with sqlite_store.read() as uow:
        assert "comment.escalated" not in [entry.fact.action for entry in uow.audit.entries("demo")]
