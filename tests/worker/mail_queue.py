"""Many mails in the outbox, each to an address of its own, and a mail server that treats addresses differently."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from email import message_from_bytes
from enum import StrEnum
from typing import Any

from aiosmtpd.smtp import Envelope
from sqlalchemy import func, select

from moderation.comment import Email
from moderation.config.settings import Settings
from moderation.config.smtp_server import Security
from moderation.ids import new_id
from moderation.mail.reader_letters import CONFIRM
from moderation.mail.request import payload_of
from moderation.outbox.channels import EMAIL
from moderation.outbox.delivery import Attempt, ClaimedDelivery, NewDelivery
from moderation.store import Store, UnitOfWork
from moderation.store.tables import deliveries
from tests.builders import LEASE, NOON
from tests.moderation.mail.smtp_server import PostOffice
from worker.channels import Sender, open_senders
from worker.deliver import Round
from worker.stop_flag import StopFlag

QUEUED_AT_ONCE = 500
SLOW_S = 0.05


class Fate(StrEnum):
    """What the mail server does with a mail."""

    TAKEN = "taken"
    SLOW = "slow"
    GREYLISTED = "greylisted"
    LATER = "later"
    CUT = "cut"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    NEVER = "never"


FATES = (
    *(Fate.TAKEN,) * 62,
    *(Fate.SLOW,) * 5,
    *(Fate.GREYLISTED,) * 10,
    *(Fate.LATER,) * 5,
    *(Fate.CUT,) * 2,
    *(Fate.UNKNOWN,) * 10,
    *(Fate.REFUSED,) * 4,
    *(Fate.NEVER,) * 2,
)
"""Those of a hundred mails."""

ARRIVALS = dict.fromkeys(Fate, 1) | {Fate.CUT: 2, Fate.UNKNOWN: 0, Fate.REFUSED: 0, Fate.NEVER: 0}
"""How often a mail arrives. Where the connection was cut, nobody knows that it did: it is sent again."""

TRIES = {
    **dict.fromkeys(Fate, 1),
    Fate.GREYLISTED: 2,
    Fate.LATER: 2,
    Fate.CUT: 2,
    Fate.NEVER: len(EMAIL.retry_after) + 1,
}
"""How many attempts a mail takes, until it has arrived or is given up."""


class Town(PostOffice):
    """The mail server. It keeps of each address how often a mail arrived, and the ids of those mails.

    is_holding_up: whether it answers nobody for now. most_at_once: how many mails it was given at the same time.
    """

    def __init__(self) -> None:
        super().__init__()
        self.taken: Counter[str] = Counter()
        self.ids: dict[str, set[str]] = defaultdict(set)
        self.most_at_once = 0
        self.is_holding_up = False
        self._tried: Counter[str] = Counter()
        self._open = 0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802
        """Refuse some."""
        fate = _fate_of(address)
        self._tried[address] += 1
        if fate is Fate.NEVER or (fate is Fate.GREYLISTED and self._tried[address] == 1):
            return "450 4.2.0 Greylisted"
        if fate is Fate.UNKNOWN:
            return f"550 5.1.1 <{address}>: no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        """Take the others, some of them only the second time."""
        [address] = envelope.rcpt_tos
        fate, is_first = _fate_of(address), self._tried[address] == 1
        self._open += 1
        self.most_at_once = max(self.most_at_once, self._open)
        await asyncio.sleep(SLOW_S if fate is Fate.SLOW else 0)
        while self.is_holding_up:
            await asyncio.sleep(0.01)
        self._open -= 1
        if fate is Fate.REFUSED:
            return "554 5.6.0 Looks like spam"
        if fate is Fate.LATER and is_first:
            return "451 4.3.0 Try again later"
        self.taken[address] += 1
        self.ids[address].add(message_from_bytes(envelope.content or b"")["Message-ID"])  # type: ignore[arg-type]
        if fate is Fate.CUT and is_first:
            server.transport.abort()
        return "250 OK"


def queue(store: Store, count: int) -> Counter[Fate]:
    """Put as many mails into the outbox, each to an address of its own; returns how many have which fate."""
    for start in range(0, count, QUEUED_AT_ONCE):
        numbers = range(start, min(start + QUEUED_AT_ONCE, count))
        store.write(lambda uow, numbers=numbers: uow.deliveries.add([_mail(uow, n) for n in numbers], at=NOON))  # type: ignore[misc]
    return Counter(FATES[number % len(FATES)] for number in range(count))


def senders_for(town: Town, home: str, *, security: Security = Security.NONE) -> dict[str, Any]:
    """The senders of a worker that hands its mails to this server, and may send webhooks to this machine."""
    environment = {
        "REJOINDER_HOME": home,
        "REJOINDER_SMTP_URL": f"smtp://{town.url}",
        "REJOINDER_MAIL_FROM": "comments@blog.example",
        "REJOINDER_OUTGOING_ALLOW": "127.0.0.0/8",
    }
    settings = Settings.from_env(environment)
    assert settings.smtp is not None
    senders = open_senders(replace(settings, smtp=replace(settings.smtp, security=security)))
    return senders | {EMAIL.name: Counting(senders[EMAIL.name])}


class Counting:
    """The sender of mails; it counts how many are held in memory."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._held = 0
        self.most_held = 0

    def targets(self, uow: UnitOfWork, claimed: Sequence[ClaimedDelivery], *, at: datetime) -> Mapping[int, Any]:
        """The mails."""
        self._held += len(claimed)
        self.most_held = max(self.most_held, self._held)
        return self._sender.targets(uow, claimed, at=at)

    def send(self, delivery: ClaimedDelivery, target: Any, *, at: datetime) -> Attempt:
        """Send one."""
        try:
            return self._sender.send(delivery, target, at=at)
        finally:
            self._held -= 1


def send_all(store: Store, senders: Mapping[str, Sender], *, now: Callable[[], datetime], go_to: Any) -> None:
    """Send until nothing waits. go_to: moves the clock of `now` on, each time to when all that waits is due."""
    while (due_at := _last_due(store)) is not None:
        go_to(max(due_at, now()))
        Round(store, senders, now=now, lease=LEASE, stop=StopFlag()).run()


def arrivals(town: Town) -> Counter[tuple[Fate, int]]:
    """How many mails of each fate arrived how often."""
    return Counter((_fate_of(address), times) for address, times in town.taken.items())


def outcomes(store: Store) -> Counter[str]:
    """How many mails have which status."""
    with store.read() as uow:
        query = select(deliveries.c.status, func.count()).where(deliveries.c.channel == EMAIL.name)
        return Counter({row.status: row[1] for row in uow.connection.execute(query.group_by(deliveries.c.status))})


def tries(store: Store) -> int:
    """How often a mail was tried, all together."""
    with store.read() as uow:
        query = select(func.sum(deliveries.c.tries)).where(deliveries.c.channel == EMAIL.name)
        return uow.connection.scalar(query) or 0


def _mail(uow: UnitOfWork, number: int) -> NewDelivery:
    email = Email(f"{FATES[number % len(FATES)]}-{number}@reader.example")
    mailbox_id = uow.readers.mailbox("demo", email, language="en", at=NOON)
    return NewDelivery(EMAIL.name, "demo", mailbox_id, new_id("evt", at=NOON), CONFIRM, payload_of(CONFIRM))


def _last_due(store: Store) -> datetime | None:
    with store.read() as uow:
        return uow.connection.scalar(select(func.max(deliveries.c.due_at)).where(deliveries.c.status == "waiting"))


def _fate_of(address: str) -> Fate:
    return Fate(address.partition("-")[0])
