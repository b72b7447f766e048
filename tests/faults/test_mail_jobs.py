"""A worker is killed on each part of a mail's way: each mail arrives at least once, none about a pending text."""

import contextlib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from moderation import account_admin
from moderation.accounts import Role
from moderation.actions import Action
from moderation.comment import Comment, Email
from moderation.follows import QUIET, Follow
from moderation.mail.notify import Notify
from moderation.review import DecisionRequest, decide
from moderation.store.tables import reader_mailboxes
from tests.builders import ADA, SECOND, RecordingDispatch, a_submission, received, settled
from tests.faults.one_job import run_job, run_job_killed_at
from tests.moderation.mail.smtp_server import PostOffice, post_office
from tests.stack import Stack

pytestmark = pytest.mark.slow

MINA, RITA = "mina@example.org", "rita@reader.example"
PENDING = "Nobody has decided about this yet."
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
JOBS = ("digest", "author-mail", "delivery")
MOST_KILLS = 8
"""More than the jobs have commits here, and mails."""

MAILS = {
    (MINA, "[A demo blog] New comments that wait: 1"),
    (RITA, "[A demo blog] Please confirm your email address"),
    (RITA, "[A demo blog] Your comment is published"),
    (RITA, "[A demo blog] Ann replied to your comment"),
    (RITA, "Your link to your comments"),
}


@pytest.fixture
def office() -> Iterator[PostOffice]:
    """A mail server."""
    with post_office() as office:
        yield office


@pytest.fixture
def mailing(empty_database: str, office: PostOffice) -> Iterator[Stack]:
    """An installation with mail and a moderator who gets a digest; no process is started."""
    mail = {"smtp_url": f"smtp://{office.url}", "mail_from": "comments@blog.example"}
    with contextlib.closing(Stack(empty_database, **mail)) as stack:
        signed = {"by_id": "console", "at": datetime.now(UTC)}
        stack.store.write(lambda uow: account_admin.add_moderator(uow, "Mina", Role.OWNER, ["demo"], **signed))
        stack.store.write(lambda uow: account_admin.set_email(uow, "Mina", Email(MINA), **signed))
        stack.store.write(lambda uow: account_admin.choose_notify(uow, "Mina", "demo", Notify.HOURLY, **signed))
        yield stack


@pytest.mark.parametrize(
    ("failpoint", "job"),
    [
        ("digest.after_commit", "digest"),
        ("author_mail.after_commit", "author-mail"),
        ("delivery.after_claim", "delivery"),
        ("delivery.after_send", "delivery"),
        ("delivery.after_commit", "delivery"),
    ],
)
def test_kill_minus_nine_loses_no_mail_and_tells_nothing_that_is_pending(
    mailing: Stack, office: PostOffice, failpoint: str, job: str
) -> None:
    at = datetime.now(UTC)
    asked = _comment(mailing, "Does it need sugar?", RITA, at=at)
    _run_all(mailing, at=at + MINUTE)  # the mail that asks to confirm
    _confirm(mailing, at=at + MINUTE)
    answer = _comment(mailing, "Only a pinch.", "ann@reader.example", at=at + MINUTE, name="Ann", parent=asked.id)
    for comment in (asked, answer):
        _approve(mailing, comment, at=at + 2 * MINUTE)
    _comment(mailing, PENDING, "eve@reader.example", at=at + 2 * MINUTE, name="Eve", parent=asked.id)
    mailing.store.write(lambda uow: uow.readers.ask_for_data(Email(RITA), language="en", at=at + QUIET))
    at += HOUR + MINUTE

    kills = _killed_again_and_again(mailing, job, failpoint, at=at)
    _run_all(mailing, at=at + MINUTE)  # what the killed one held is free again

    arrived = Counter((address, mail["Subject"]) for address, mail in office.arrived)
    assert kills
    assert set(arrived) == MAILS
    assert job == "delivery" or set(arrived.values()) == {1}
    assert len({mail["Message-ID"] for _, mail in office.arrived}) == len(MAILS)
    assert {address for address, mail in office.arrived if PENDING in mail.as_string()} == {MINA}


def _killed_again_and_again(stack: Stack, job: str, failpoint: str, *, at: datetime) -> int:
    """Run the jobs in their order, with the last one killed wherever it comes to the point; returns how often."""
    *before, last = JOBS[: JOBS.index(job) + 1]
    for each in before:
        run_job(stack.environment, each, at=at)
    kills = 0
    while kills < MOST_KILLS and run_job_killed_at(failpoint, stack.environment, last, at=at + 3 * SECOND * kills):
        kills += 1
    return kills


def _run_all(stack: Stack, *, at: datetime) -> None:
    for job in JOBS:
        run_job(stack.environment, job, at=at)


def _comment(stack: Stack, body: str, email: str, *, at: datetime, **changes: str) -> Comment:
    written = a_submission(body, email=email, follow=frozenset(Follow) if email == RITA else frozenset(), **changes)
    return settled(stack.store, received(stack.store, written, at=at), at=at + SECOND)


def _confirm(stack: Stack, *, at: datetime) -> None:
    with stack.store.read() as uow:
        [mailbox_id] = uow.connection.scalars(reader_mailboxes.select().with_only_columns(reader_mailboxes.c.id))
    stack.store.write(lambda uow: uow.readers.confirm(mailbox_id, at=at))


def _approve(stack: Stack, comment: Comment, *, at: datetime) -> None:
    request = DecisionRequest(comment.id, Action.APPROVE, comment.revision)
    decide(stack.store, RecordingDispatch(), request, ADA, sites=["demo"], at=at)
