"""A worker is killed between sending a mail and writing that down."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from moderation import account_admin
from moderation.accounts import Role
from moderation.comment import Email
from moderation.mail.notify import Notify
from tests.faults.promises import settled
from tests.moderation.mail.smtp_server import PostOffice, post_office
from tests.stack import Stack
from tests.waiting import eventually

pytestmark = pytest.mark.slow

ADDRESS = "canary-of-mina@example.org"


@pytest.fixture
def office() -> Iterator[PostOffice]:
    """A mail server."""
    with post_office() as office:
        yield office


@pytest.fixture
def mailing(empty_database: str, office: PostOffice) -> Iterator[Stack]:
    """An installation with mail, and a moderator who is notified of each comment at once."""
    mail = {"smtp_url": f"smtp://{office.url}", "mail_from": "comments@blog.example"}
    with contextlib.closing(Stack(empty_database, **mail)) as stack:
        stack.store.write(lambda uow: account_admin.add_moderator(uow, "Mina", Role.OWNER, ["demo"], **_signed()))
        stack.store.write(lambda uow: account_admin.set_email(uow, "Mina", Email(ADDRESS), **_signed()))
        stack.store.write(lambda uow: account_admin.choose_notify(uow, "Mina", "demo", Notify.AT_ONCE, **_signed()))
        yield stack
        print(stack.logs())


def test_kill_minus_nine_after_a_mail_was_sent_sends_it_again(mailing: Stack, office: PostOffice) -> None:
    mailing.start("valkey", "web", "scoring", "sweep")
    mailing.start("delivery", failpoint="delivery.after_send")

    mailing.comment("Does it need sugar?")
    eventually(lambda: mailing.has_been_killed("delivery"))
    mailing.kill("delivery")
    mailing.start("delivery")

    eventually(lambda: settled(mailing) and len(office.arrived) >= 2)
    assert {address for address, _ in office.arrived} == {ADDRESS}
    assert len({mail["Message-ID"] for _, mail in office.arrived}) == 1


def _signed() -> dict[str, object]:
    return {"by_id": "console", "at": datetime.now(UTC)}
