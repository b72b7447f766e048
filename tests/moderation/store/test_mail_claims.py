"""Mails are claimed along one line: one for each mailbox, the longest due first."""

from moderation.comment import Email
from moderation.outbox.delivery import Attempt, NewDelivery
from tests.builders import LEASE, NOON, SECOND
from tests.explaining import explaining
from tests.moderation.store.announcing import claim, problem_of


def mails(store, *names, at=NOON):
    """Put a mail to each of these people into the outbox."""

    def add(uow):
        for number, name in enumerate(names):
            box = uow.readers.mailbox("demo", Email(f"{name}@reader.example"), language="en", at=at)
            mail = NewDelivery("email", "demo", box, f"evt-{name}-{number}-{at:%S}", "author.confirm", name)
            uow.deliveries.add([mail], at=at)

    store.write(add)


def to(claimed):
    return [each.payload for each in claimed]


def test_a_mailbox_with_a_backlog_has_one_mail_under_way_and_holds_up_nobody(store):
    mails(store, "ada", "ada", "ada", "ben", "cleo")

    first, second = claim(store, "email"), claim(store, "email")

    assert (to(first), second) == (["ada", "ben", "cleo"], [])
    store.write(lambda uow: uow.delivery_queue.record([(first[0], Attempt(NOON, None, 1))], at=NOON))
    assert to(claim(store, "email")) == ["ada"]


def test_those_that_wait_longest_come_first(store):
    mails(store, "cleo", at=NOON + 2 * SECOND)
    mails(store, "ada", "ben")

    assert to(claim(store, "email", limit=2, at=NOON + 2 * SECOND)) == ["ada", "ben"]
    assert to(claim(store, "email", limit=2, at=NOON + 2 * SECOND)) == ["cleo"]


def test_a_mail_whose_worker_died_is_claimed_again_before_the_next_to_its_mailbox(store):
    mails(store, "ada", "ada")
    [held] = claim(store, "email")

    [again] = claim(store, "email", at=NOON + LEASE)

    assert again.id == held.id


def test_a_mail_that_failed_waits_for_its_next_try_and_holds_up_no_other(store):
    mails(store, "ada", "ada", "ben")
    [failed, _] = claim(store, "email")
    store.write(lambda uow: uow.delivery_queue.record([(failed, Attempt(NOON, None, 1, problem_of(451)))], at=NOON))

    mails(store, "cleo", at=NOON + SECOND)

    assert to(claim(store, "email", at=NOON + SECOND)) == ["ada", "cleo"]


def test_a_claim_reads_along_the_line_and_not_every_mailbox(sqlite_store):
    mails(sqlite_store, "ada", "ben")

    with explaining(sqlite_store.engine) as steps:
        claim(sqlite_store, "email")

    assert any("ix_deliveries_line" in each for each in steps)
    assert [each for each in steps if each.startswith("SCAN") and "json_each" not in each] == []
