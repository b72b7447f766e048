"""Stores the comments of a file, a batch in each transaction, so that a run can be killed and started again.

What was stored is remembered by the source's ids in the table `imported`, in the same transaction. Nothing here makes
a delivery, and only what is pending at the source is scored.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from moderation.audit import AuditEvent
from moderation.errors import StoreBusy
from moderation.imports.batch import BatchWriter, Prepared, Written
from moderation.imports.items import ImportedComment, Item, UnreadableFile
from moderation.imports.prepare import Preparation
from moderation.imports.report import Outcome, Report, Row
from moderation.imports.tree import Ancestry, NoParent, Tree
from moderation.process import failpoints
from moderation.store import Store, UnitOfWork
from moderation.store.imports import Known

T = TypeVar("T")

BATCH = 500
PATIENCE = 12
"""How often a batch is tried that finds the database busy; each try waits for some seconds by itself."""


@dataclass(slots=True)
class Import:
    """One run. by_id: who started it. is_own: whether the file is an export of Rejoinder.

    known_in: another store whose comments count as imported, for a run that only tries and stores elsewhere.
    """

    store: Store
    preparation: Preparation
    report: Report
    by_id: str
    is_own: bool = False
    known_in: Store | None = None
    _is_on_record: bool = field(default=False, init=False)

    def run(self, items: Iterable[Item], *, progress: Callable[[], None] = lambda: None) -> None:
        """Store all of them. What a reader could not read any further is the report's `problem`.

        progress: is called after each batch. Raises StoreBusy, and NotFound when the site is removed meanwhile.
        """
        for _ in self.steps(items):
            progress()

    def steps(self, items: Iterable[Item]) -> Iterator[None]:
        """The same, a batch at each step, so that other work can be done in between."""
        batch: list[Item] = []
        try:
            for item in items:
                batch.append(item)
                if len(batch) >= BATCH:
                    self._keep(batch)
                    batch = []
                    yield
        except UnreadableFile as problem:
            self.report.problem = str(problem)
        self._keep(batch)
        yield
        yield from self._attach_waiting()
        self._finish()

    @property
    def _site_id(self) -> str:
        return self.preparation.site.id

    def _keep(self, batch: Sequence[Item]) -> None:
        known = self._known(batch)
        rest: list[Prepared] = []
        for item in batch:
            if not isinstance(item, ImportedComment):
                rest.append(item)
            elif item.id in known and self._is_same(item, known[item.id]):
                self.report.add(Row(item.id, item.place, Outcome.ALREADY_THERE))
            else:
                rest.append(self.preparation.ready(item))
        written = self._patiently(lambda uow: self._write(uow, rest)) if rest else Written([], [])
        failpoints.reach("import.after_batch")
        self._is_on_record = self._is_on_record or bool(written.statuses)
        for row in written.rows:
            self.report.add(row)
        self.report.statuses.update(status.value for status in written.statuses)

    def _known(self, batch: Sequence[Item]) -> dict[str, Known]:
        """Which comments are stored already, looked up before anything costly is done with them."""
        ids = [item.id for item in batch if isinstance(item, ImportedComment) and item.id]
        if not ids:
            return {}
        with (self.known_in or self.store).read() as uow:
            tree = Tree(uow, self._site_id, self.preparation.source, is_own=self.is_own)
            tree.load(ids)
            return {id: known for id in ids if (known := tree.get(id)) and known.comment_id}

    def _is_same(self, item: ImportedComment, known: Known) -> bool:
        """Two comments of one id and different dates are two comments of a merged file."""
        return self.is_own or item.at is None or item.at == known.received_at or item.at > self.preparation.at

    def _write(self, uow: UnitOfWork, batch: Sequence[Prepared]) -> Written:
        """The first comment and the entry that somebody imports are in one transaction."""
        written = BatchWriter(uow, self.preparation, is_own=self.is_own).write(batch)
        if written.statuses and not self._is_on_record:
            self._record(uow, "import.started", {})
        return written

    def _attach_waiting(self) -> Iterator[None]:
        """Give the comments their parents that came before them in the file."""
        after = ""
        while waiting := self._waiting(after):
            for row in self._patiently(lambda uow, waiting=waiting: self._attach(uow, waiting)):  # type: ignore[misc]
                self.report.add(row)
            after = waiting[-1].source_id
            yield

    def _waiting(self, after: str) -> list[Known]:
        """Read apart from the writing, because it looks at all rows of the source."""
        with self.store.read() as uow:
            return uow.imports.waiting(self._site_id, self.preparation.source, after=after, limit=BATCH)

    def _attach(self, uow: UnitOfWork, waiting: Sequence[Known]) -> list[Row]:
        source = self.preparation.source
        uow.imports.lock(self._site_id)
        tree = Tree(uow, self._site_id, source, is_own=self.is_own)
        tree.load(each.parent for each in waiting)
        parents: dict[str, str] = {}
        rows = []
        for each in waiting:
            try:
                parents[each.source_id] = tree.parent_of(each, each.parent)
            except NoParent as problem:
                rows.append(Row(each.source_id, "", Outcome.UNATTACHED, (problem.code,), each.comment_id))
        ancestry = Ancestry(uow, [each for each in parents.values() if each])
        attached = []
        for each in waiting:
            parent = parents.get(each.source_id)
            if not parent:
                continue
            if ancestry.is_below(parent, each.comment_id):
                rows.append(Row(each.source_id, "", Outcome.UNATTACHED, ("parent_in_circle",), each.comment_id))
                continue
            ancestry.add(each.comment_id, parent)
            attached.append((each, parent))
            rows.append(Row(each.source_id, "", Outcome.ATTACHED, (), each.comment_id))
        uow.imports.attach(self._site_id, source, attached)
        changed = uow.imports.approved_threads([child.comment_id for child, _ in attached])
        uow.threads.touch(changed, at=self.preparation.at)
        return rows

    def _finish(self) -> None:
        with self.store.read() as uow:
            self.report.close_days = uow.sites.get(self._site_id).policy.close_days
            if self.report.close_days:
                limit = self.preparation.at - timedelta(days=self.report.close_days)
                self.report.closed_by_age = uow.threads.count_too_old(self._site_id, began_by=limit)
        if self._is_on_record:
            outcomes = {outcome.value: self.report.count(outcome) for outcome in Outcome}
            detail = {**outcomes, "statuses": dict(self.report.statuses), "is_whole": not self.report.problem}
            self._patiently(lambda uow: self._record(uow, "import.finished", detail))

    def _record(self, uow: UnitOfWork, action: str, detail: dict[str, object]) -> None:
        named = {"source": self.preparation.source, **detail}
        uow.audit.append(self._site_id, [AuditEvent(self.preparation.at, self.by_id, action, self._site_id, named)])

    def _patiently(self, work: Callable[[UnitOfWork], T]) -> T:
        for _ in range(PATIENCE):
            try:
                return self.store.write(work)
            except StoreBusy:
                continue
        return self.store.write(work)
