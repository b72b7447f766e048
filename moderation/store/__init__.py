"""The only folder that knows SQL. `Store` opens a database; `Rows` are its tables inside one transaction."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from sqlalchemy import Connection

from moderation.store.accounts import AccountRows
from moderation.store.audit import AuditRows
from moderation.store.comments import CommentRows
from moderation.store.decisions import DecisionRows
from moderation.store.deliveries import DeliveryRows
from moderation.store.endpoints import EndpointRows
from moderation.store.engines import Gate, open_database
from moderation.store.figures import FigureRows
from moderation.store.intake import IntakeRows
from moderation.store.queue import QueueRows
from moderation.store.sealing import Sealer
from moderation.store.sending import SendingRows
from moderation.store.sites import SiteRows
from moderation.store.sketches import SketchRows
from moderation.store.threads import ThreadRows

T = TypeVar("T")
Part = TypeVar("Part")


class Rows:
    """The tables, inside one transaction. Each attribute is one subject with sentences for methods."""

    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self.connection = connection
        self.sealer = sealer

    @cached_property
    def sites(self) -> SiteRows:
        """Sites and their policies."""
        return SiteRows(self.connection)

    @cached_property
    def threads(self) -> ThreadRows:
        """Threads, and what the public reads of them."""
        return ThreadRows(self.connection)

    @cached_property
    def intake(self) -> IntakeRows:
        """What new comments meet, and how they are written."""
        return IntakeRows(self.connection)

    @cached_property
    def comments(self) -> CommentRows:
        """Comments: claimed, scored, looked up."""
        return CommentRows(self.connection, self.sealer)

    @cached_property
    def queue(self) -> QueueRows:
        """What moderators look through."""
        return QueueRows(self.connection, self.sealer)

    @cached_property
    def decisions(self) -> DecisionRows:
        """Decisions, by compare-and-set."""
        return DecisionRows(self.connection)

    @cached_property
    def audit(self) -> AuditRows:
        """The chain of what was done, append only."""
        return AuditRows(self.connection)

    @cached_property
    def sketches(self) -> SketchRows:
        """Near-duplicate sketches of the last days."""
        return SketchRows(self.connection)

    @cached_property
    def endpoints(self) -> EndpointRows:
        """Where webhooks go."""
        return EndpointRows(self.connection, self.sealer)

    @cached_property
    def deliveries(self) -> DeliveryRows:
        """What is announced to endpoints, and what came of it."""
        return DeliveryRows(self.connection)

    @cached_property
    def sending(self) -> SendingRows:
        """Deliveries on their way out, as the workers claim and record them."""
        return SendingRows(self.connection, self.sealer)

    @cached_property
    def accounts(self) -> AccountRows:
        """Moderators, their sessions, and keys."""
        return AccountRows(self.connection)

    @cached_property
    def figures(self) -> FigureRows:
        """Counts for people and for alarms."""
        return FigureRows(self.connection)


class Store:
    """One open database. Share it between threads; open it anew after a fork.

    gate: where the threads of the program take turns, if they do; a write that waits steps aside there.
    is_apart: whether a write is the work of another process, so that this one has its hands free meanwhile.
    """

    def __init__(self, url: str, sealer: Sealer, *, gate: Gate | None = None) -> None:
        self.sealer = sealer
        self._database = open_database(url, gate)
        self.engine = self._database.engine
        self.is_apart = self._database.is_apart

    @contextmanager
    def read(self) -> Iterator[Rows]:
        """A transaction for looking. Raises StoreBusy when the database cannot be reached."""
        with self._database.read() as connection:
            yield Rows(connection, self.sealer)

    def write(self, work: Callable[[Rows], T]) -> T:
        """Run the work in one transaction; when this returns it is on disk, when it raises nothing is.

        The work may run together with that of other threads: keep it short, and do nothing in it but use its rows.
        """
        result: T = self._database.write(lambda connection: work(Rows(connection, self.sealer)))
        return result

    def write_together(self, work: "Callable[[Rows, Sequence[Part]], Sequence[T | Exception]]", part: Part) -> T:
        """Run the work for all parts that wait for it, in one transaction; when this returns, this part is on disk.

        The work gives a result for each part, in their order; one that is an exception is raised to its own caller.
        When the work itself raises, each part is tried alone.
        """
        result: T = self._database.write_together(_OnRows(work, self.sealer), part)
        return result

    def close(self) -> None:
        """Let go of every connection."""
        self._database.close()


@dataclass(frozen=True, slots=True)
class _OnRows:
    """Work on rows as work on a connection. It is equal when the work is: what shares it can be done together."""

    work: Callable[[Rows, Sequence[Any]], Sequence[Any]]
    sealer: Sealer

    def __call__(self, connection: Connection, parts: Sequence[Any]) -> Sequence[Any]:
        return self.work(Rows(connection, self.sealer), parts)
