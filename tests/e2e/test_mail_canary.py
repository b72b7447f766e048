"""A moderator's address is found in mails to it, and nowhere else."""

import contextlib
import urllib.parse
from datetime import UTC, datetime

import pytest

from moderation import account_admin
from moderation.accounts import Role
from moderation.comment import Email
from moderation.dispatch import connect
from moderation.mail.announce import send_sign_in_link
from moderation.mail.notify import Notify
from tests.moderation.mail.smtp_server import post_office
from tests.stack import Stack
from tests.waiting import eventually

pytestmark = pytest.mark.slow

CANARY = "canary-of-mina"
ADDRESS = f"{CANARY}@example.org"


def test_a_moderators_address_is_found_only_in_mails_to_it(empty_database: str) -> None:
    refusals = ["450 4.2.0 <{}>: Greylisted", "554 5.7.1 <{}>: Relay access denied", "550 5.1.1 <{}>: no such user"]
    with post_office() as office:
        mail = {"smtp_url": f"smtp://{office.url}", "mail_from": "comments@blog.example"}
        with contextlib.closing(Stack(empty_database, **mail)) as stack:
            mina = _add_mina(stack)
            stack.start()

            stack.comment("Does it need sugar?", email="rita@reader.example")
            eventually(lambda: office.arrived)
            for refusal in refusals:
                tried: list[str] = []
                office.rcpt = lambda address, refusal=refusal, tried=tried: (
                    tried.append(address) or refusal.format(address)
                )
                assert stack.store.write(lambda uow: send_sign_in_link(uow, mina, at=datetime.now(UTC)))
                eventually(lambda tried=tried: tried)
            eventually(lambda: _is_stopped(stack))
            answers = [
                stack.get(path, key=stack.key).text for path in ("/v1/sites/demo/deliveries", "/metrics", "/ready")
            ]
            answers += [
                stack.get("/v1/queue?status=pending", key=stack.key).text,
                stack.get("/dashboard/sign-in").text,
            ]

            heard = {"an answer": "".join(answers), "a log": stack.logs(), "Redis": _redis_dump(stack)}

        [(address, mail)] = office.arrived
    assert "no_recipient" in heard["an answer"]
    assert [place for place, said in heard.items() if CANARY in urllib.parse.unquote(said)] == []
    assert address == mail["To"] == ADDRESS
    assert "rita@reader.example" not in mail.as_string()


def _add_mina(stack: Stack) -> str:
    signed = {"by_id": "console", "at": datetime.now(UTC)}

    def add(uow):
        mina = account_admin.add_moderator(uow, "Mina", Role.OWNER, ["demo"], **signed)
        account_admin.set_email(uow, "Mina", Email(ADDRESS), **signed)
        account_admin.choose_notify(uow, "Mina", "demo", Notify.AT_ONCE, **signed)
        return mina

    return stack.store.write(add)


def _is_stopped(stack: Stack) -> bool:
    with stack.store.read() as uow:
        return any(box.disabled_at for box in uow.mailboxes.all("demo"))


def _redis_dump(stack: Stack) -> str:
    with connect(stack.settings.redis_url) as redis:
        return " ".join(f"{key!r} {redis.dump(key)!r}" for key in redis.keys("*"))
