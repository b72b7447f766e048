"""Erasing: nothing of what was written is left anywhere, and everything that others need is."""

import json

import pytest
from sqlalchemy import select

from models.near_duplicates import passages_of, sketch_many
from moderation import author_rights
from moderation.actions import Action
from moderation.audit import verify
from moderation.comment import Email
from moderation.erasing.erase import Erased, erase_author, erase_comment
from moderation.erasing.erasures import Erasure, Kind
from moderation.erasing.person import as_json, read_person
from moderation.errors import NotFound
from moderation.review import DecisionRequest, decide
from moderation.sender_rule import SenderKind
from moderation.senders import add_sender_rule
from moderation.store.tables import metadata
from tests.builders import (
    ADA,
    DAY,
    NOON,
    SECOND,
    RecordingDispatch,
    a_check,
    a_score,
    a_site,
    a_submission,
    an_arrival,
    indexed,
    received,
    settled,
)
from tests.moderation.store.announcing import an_endpoint

CANARY = "canarybird"
EMAIL = f"{CANARY}@reader.example"
BODY = f"My {CANARY} sings about the bread on this page every morning."
LATER = NOON + DAY
SIGNED = {"by_id": "console", "at": LATER}


@pytest.fixture
def approved(store):
    """A published comment with something about it in every table, and an endpoint that hears of it."""
    an_endpoint(store)
    written = a_submission(BODY, name=CANARY, email=EMAIL, website=f"https://{CANARY}.example")
    comment = received(store, written, an_arrival(idempotency_key="key", sender="net"))
    comment = settled(store, comment, a_score(), sketches={comment.id: sketch_many([BODY])[0]})
    indexed(store)
    request = DecisionRequest(comment.id, Action.APPROVE, comment.revision, note=f"I know this {CANARY}.")
    decide(store, RecordingDispatch(), request, ADA, sites=["demo"], at=NOON + 2 * SECOND)
    return comment


def everything(store):
    """Every value of every row, as text."""
    with store.read() as uow:
        rows = [tuple(row) for table in metadata.sorted_tables for row in uow.connection.execute(select(table))]
    return "\n".join(map(str, rows))


def test_an_erased_comment_leaves_a_tombstone_and_no_word(store, approved):
    sealer = store.sealer
    traces = [CANARY, str(sealer.email_key(Email(EMAIL))), "192.0.2.0/24", "idempotency"]
    assert all(trace in everything(store) for trace in traces[:3])

    erase_comment(store, approved.id, passages_of, sites=["demo"], **SIGNED)

    assert [trace for trace in traces if trace in everything(store)] == []
    with store.read() as uow:
        assert uow.comments.get_many([approved.id]) == []
        assert uow.sketches.count() == 0
        assert [decision.action for decision in uow.decisions.history(approved.id)] == [Action.HOLD, Action.APPROVE]
        assert uow.erasures.all() == {Erasure(Kind.COMMENT, approved.id, LATER)}
        counted = uow.statistics.conservation()
    assert counted.is_whole and (counted.accepted, counted.erased) == (1, 1)


def test_it_is_gone_from_its_page_announced_and_on_record(store, approved):
    with store.read() as uow:
        before = uow.threads.get("demo", "a-page").version

    erase_comment(store, approved.id, passages_of, sites=["demo"], **SIGNED)

    with store.read() as uow:
        thread = uow.threads.get("demo", "a-page")
        assert thread.version > before and uow.threads.outline(thread.id) == []
        entry = list(uow.audit.entries("demo"))[-1].fact
        assert (entry.action, entry.subject, entry.detail) == ("comment.erased", approved.id, {"cause": "moderator"})
        assert not verify("demo", uow.audit.entries("demo")).broken_at
        [event] = [
            json.loads(row.payload)
            for row in uow.connection.execute(select(metadata.tables["deliveries"]))
            if row.type == "comment.erased"
        ]
    assert event["data"] == {
        "id": approved.id,
        "site": "demo",
        "thread": "a-page",
        "parent": "",
        "status": "approved",
    }


def test_an_edited_comment_is_erased_with_its_earlier_text(store, approved):
    author_rights.edit(store, RecordingDispatch(), approved.id, "Another text.", at=NOON + 3 * SECOND)
    assert BODY in everything(store)

    erase_comment(store, approved.id, passages_of, sites=["demo"], **SIGNED)

    assert CANARY not in everything(store)


@pytest.mark.parametrize(("with_rules", "kept"), [(False, [SenderKind.ADDRESS]), (True, [])])
def test_a_block_outlives_the_erasure_of_a_person_unless_it_is_ended_too(store, approved, with_rules, kept):
    store.write(lambda uow: add_sender_rule(uow, approved, SenderKind.ADDRESS, ADA, at=NOON + 3 * SECOND))
    key = store.sealer.email_key(Email(EMAIL))

    erase_author(store, key, passages_of, sites=None, with_rules=with_rules, **SIGNED)

    with store.read() as uow:
        assert [rule.kind for rule in uow.sender_rules.of_sites(["demo"], at=LATER, limit=2)] == kept
        keys = uow.connection.scalars(select(metadata.tables["sender_rules"].c.key)).all()
    assert keys == ([key] if kept else [b""])


def test_a_rule_about_the_author_of_an_erased_comment_stays_without_the_name(store, approved):
    store.write(lambda uow: add_sender_rule(uow, approved, SenderKind.MUTE, ADA, at=NOON + 3 * SECOND))

    erase_comment(store, approved.id, passages_of, sites=["demo"], **SIGNED)

    with store.read() as uow:
        [rule] = uow.sender_rules.of_sites(["demo"], at=LATER, limit=2)
    assert (rule.kind, rule.label) == (SenderKind.MUTE, "")


def test_a_comment_of_another_site_or_an_erased_one_does_not_exist(store, approved):
    with pytest.raises(NotFound):
        erase_comment(store, approved.id, passages_of, sites=["other"], **SIGNED)
    erase_comment(store, approved.id, passages_of, sites=["demo"], **SIGNED)

    with pytest.raises(NotFound):
        erase_comment(store, approved.id, passages_of, sites=["demo"], **SIGNED)


def test_an_erased_comment_that_was_not_scored_waits_for_no_score(store):
    comment = received(store)

    erase_comment(store, comment.id, passages_of, sites=["demo"], **SIGNED)

    with store.read() as uow:
        assert uow.comments.count_unclaimed(before=LATER, at=LATER) == 0
        assert uow.statistics.unscored() == 0


def test_a_score_that_arrives_afterwards_brings_nothing_back(store):
    comment = received(store, a_submission(BODY, email=EMAIL))
    erase_comment(store, comment.id, passages_of, sites=["demo"], **SIGNED)

    with pytest.raises(NotFound):
        settled(store, comment, a_score(), at=LATER + SECOND)

    assert CANARY not in everything(store)


def test_a_reply_to_an_erased_comment_stays(store, approved):
    reply = settled(store, received(store, a_submission("I agree with it.", parent=approved.id)))
    request = DecisionRequest(reply.id, Action.APPROVE, reply.revision)
    decide(store, RecordingDispatch(), request, ADA, sites=["demo"], at=NOON + 2 * SECOND)

    erase_comment(store, approved.id, passages_of, sites=["demo"], **SIGNED)

    with store.read() as uow:
        [place] = uow.threads.outline(uow.threads.get("demo", "a-page").id)
        assert place.id == reply.id


def test_a_person_is_erased_on_every_site_however_the_address_is_written(store, approved):
    store.write(lambda uow: uow.sites.add(a_site("other"), at=NOON))
    received(store, a_submission(BODY, email=EMAIL), site=a_site("other"))
    kept = received(store, a_submission("Another reader's words."))
    a_check(store, a_submission(BODY, email=EMAIL))

    erased = erase_author(store, store.sealer.email_key(Email(EMAIL.upper())), passages_of, sites=None, **SIGNED)

    assert erased == Erased(comments=2, checks=1)
    with store.read() as uow:
        assert [each.id for each in uow.comments.get_many([kept.id])] == [kept.id]
        assert uow.statistics.conservation().is_whole
        [entry] = [each.fact for each in uow.audit.entries("")]
    assert entry.action == "person.erased"
    listed = everything(store).replace(str(store.sealer.email_key(Email(EMAIL)).hex()), "")
    assert CANARY not in listed


def test_on_one_site_a_person_keeps_what_is_on_others(store, approved):
    store.write(lambda uow: uow.sites.add(a_site("other"), at=NOON))
    other = received(store, a_submission(BODY, email=EMAIL), site=a_site("other"))

    erased = erase_author(store, store.sealer.email_key(Email(EMAIL)), passages_of, sites=["demo"], **SIGNED)

    assert erased.comments == 1
    assert [each.id for each in read_person(store, store.sealer.email_key(Email(EMAIL)), sites=None).comments] == [
        other.id
    ]


def test_what_a_person_writes_afterwards_stays(store, approved):
    later = received(store, a_submission(BODY, email=EMAIL), at=LATER + SECOND)

    erase_author(store, store.sealer.email_key(Email(EMAIL)), passages_of, sites=None, **SIGNED)

    with store.read() as uow:
        assert uow.comments.get(later.id).body == BODY


def test_an_export_has_what_the_person_wrote_and_what_became_of_it(store, approved):
    received(store, a_submission("Somebody else."))

    person = read_person(store, store.sealer.email_key(Email(EMAIL)), sites=None)
    value = as_json(person, Email(EMAIL), at=LATER)

    [comment] = json.loads(json.dumps(value))["comments"]
    assert value["email"] == EMAIL
    assert (comment["id"], comment["body"], comment["status"]) == (approved.id, BODY, "approved")
    assert comment["page"] == {"key": "a-page", "url": "https://blog.example/a-page", "title": "A page"}


def test_every_table_about_comments_is_erased_or_kept_on_purpose():
    from moderation.store import erasures

    about = {table.name for table in metadata.sorted_tables if "comment_id" in table.c}

    assert about == {table.name for table in (*erasures.FORGOTTEN, *erasures.KEPT)}
