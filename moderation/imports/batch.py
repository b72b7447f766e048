"""Writes one batch of an import in one transaction: threads, comments, decisions, and what is known of the rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from moderation.audit import AuditEvent, of_decision
from moderation.comment import Comment, Status, Thread, ThreadRef
from moderation.decision import Decision
from moderation.ids import new_id
from moderation.imports.items import Gap, ImportedPage, OwnFields, RefusedRow, SourcePage
from moderation.imports.prepare import Preparation, Ready, title_of
from moderation.imports.report import Outcome, Row
from moderation.imports.tree import NoParent, Tree
from moderation.imports.urls import Place
from moderation.store import UnitOfWork
from moderation.store.imports import Known
from moderation.store.row_mapping import score_columns
from moderation.thread_key import normal_key, other_slash

Prepared = Ready | Gap | RefusedRow | ImportedPage

REFUSED_GAPS = frozenset({"empty"})
"""Why a comment is not kept although nobody decided so."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a batch: its rows, and the statuses of the comments that are new."""

    rows: list[Row]
    statuses: list[Status]


class BatchWriter:
    """Writes batches in one transaction."""

    def __init__(self, uow: UnitOfWork, preparation: Preparation, *, is_own: bool) -> None:
        self._uow, self._preparation = uow, preparation
        self._site_id, self._source = preparation.site.id, preparation.source
        self._tree = Tree(uow, self._site_id, self._source, is_own=is_own)
        self._rows: list[Row] = []
        self._remembered: dict[str, Known] = {}

    def write(self, batch: Sequence[Prepared]) -> Written:
        """Write what is new in the batch."""
        self._uow.sites.get(self._site_id)
        self._uow.imports.lock(self._site_id)
        comments = [each for each in batch if isinstance(each, Ready)]
        gaps = [each for each in batch if isinstance(each, Gap)]
        self._tree.load([each.source_id for each in comments] + [each.id for each in gaps])
        for each in batch:
            if isinstance(each, RefusedRow):
                self._rows.append(Row(each.id, each.place, Outcome.REFUSED, (each.reason,)))
        for gap in gaps:
            self._skip(gap)
        new = self._new_ones(comments)
        threads = self._threads([(each.place, each.item.page) for each in new] + self._pages(batch))
        self._place(new, threads)
        self._store(new)
        self._uow.imports.remember(self._site_id, self._source, list(self._remembered.values()))
        return Written(self._rows, [each.comment.status for each in new])

    def _skip(self, gap: Gap) -> None:
        known = self._tree.get(gap.id) if gap.id else None
        if known is None and gap.id:
            self._remember(Known(gap.id, "", gap.parent if gap.parent != gap.id else ""))
        outcome = Outcome.REFUSED if gap.why in REFUSED_GAPS else Outcome.SKIPPED
        self._rows.append(Row(gap.id, gap.place, outcome, (gap.why,)))

    def _new_ones(self, comments: Sequence[Ready]) -> list[Ready]:
        """Those that are not stored yet. Two with one id and different dates are two comments."""
        new: dict[str, Ready] = {}
        for each in comments:
            if self._is_another(each, self._date_of(each.source_id, new)):
                each.source_id = f"{each.item.id}@{each.comment.received_at.isoformat()}"
                each.notes = (*each.notes, "id_twice")
            if each.source_id in new or self._is_stored(each.source_id):
                self._rows.append(Row(each.item.id, each.item.place, Outcome.ALREADY_THERE))
            else:
                new[each.source_id] = each
        return list(new.values())

    def _is_stored(self, source_id: str) -> bool:
        known = self._tree.get(source_id)
        return known is not None and bool(known.comment_id)

    def _date_of(self, source_id: str, new: Mapping[str, Ready]) -> object:
        known = self._tree.get(source_id)
        if known and known.comment_id:
            return known.received_at
        return new[source_id].comment.received_at if source_id in new else None

    def _is_another(self, each: Ready, date: object) -> bool:
        return date is not None and each.at is not None and each.item.own is None and each.at != date

    def _pages(self, batch: Sequence[Prepared]) -> list[tuple[Place, SourcePage]]:
        placed = [
            (self._preparation.addresses.place_of(each.page), each.page)
            for each in batch
            if isinstance(each, ImportedPage)
        ]
        return [(place, page) for place, page in placed if place]

    def _threads(self, pages: Sequence[tuple[Place, SourcePage]]) -> dict[str, Thread]:
        """The thread of each key that a page has, begun where there is none yet."""
        described: dict[str, tuple[Place, SourcePage]] = {}
        for place, page in pages:
            described.setdefault(place.key, (place, page))
        if not described:
            return {}
        asked = [*described, *map(other_slash, described)]
        threads = self._uow.threads.find_many(self._site_id, asked)
        keys: dict[str, str] = {}
        begun: dict[str, tuple[Place, SourcePage]] = {}
        for key, of_page in described.items():
            written = next((each for each in (key, other_slash(key)) if each in threads or each in begun), key)
            keys[key] = written
            if written not in threads:
                begun.setdefault(written, of_page)
        threads |= self._begin(begun)
        self._describe(described, {key: threads[written] for key, written in keys.items()})
        return {key: threads[written] for key, written in keys.items()}

    def _begin(self, pages: Mapping[str, tuple[Place, SourcePage]]) -> dict[str, Thread]:
        if not pages:
            return {}
        refs = [(self._site_id, ThreadRef(key, place.url, title_of(page))) for key, (place, page) in pages.items()]
        ids = self._uow.threads.begin_many(refs, at=self._preparation.at)
        self._uow.threads.date_back(
            {ids[self._site_id, key]: page.created_at for key, (_, page) in pages.items() if page.created_at}
        )
        for key, (_, page) in pages.items():
            if page.is_closed or page.kept_open:
                self._uow.threads.close(
                    ids[self._site_id, key],
                    is_closed=page.is_closed,
                    is_kept_open=page.kept_open,
                    at=page.closed_at or self._preparation.at,
                )
        begun = {
            ref.key: Thread(ids[self._site_id, ref.key], self._site_id, ref.key, ref.url, ref.title)
            for _, ref in refs
        }
        for key, (_, page) in pages.items():
            if page.old_keys:
                self._uow.thread_keys.lead_here(begun[key], [normal_key(each) for each in page.old_keys])
        return begun

    def _describe(self, pages: Mapping[str, tuple[Place, SourcePage]], threads: Mapping[str, Thread]) -> None:
        """Fill in the addresses and titles that nobody gave so far."""
        refs = {}
        for key, (place, page) in pages.items():
            thread, title = threads[key], title_of(page)
            if (place.url and not thread.url) or (title and not thread.title):
                refs[thread.id] = ThreadRef(thread.key, place.url, title)
        if refs:
            self._uow.threads.complete(refs)

    def _place(self, new: Sequence[Ready], threads: Mapping[str, Thread]) -> None:
        """Give each its thread and its parent. A parent that comes later in the file is given afterwards."""
        self._tree.load(each.item.parent for each in new)
        for each in new:
            self._give_free_id(each)
            thread_id, comment = threads[each.place.key].id, each.comment
            known = Known(each.source_id, comment.id, "", comment.received_at, thread_id)
            try:
                parent = self._tree.parent_of(known, each.item.parent)
            except NoParent as problem:
                parent = ""
                if problem.code == "parent_missing":  # so far
                    known = Known(each.source_id, comment.id, each.item.parent, comment.received_at, thread_id)
                else:
                    each.notes = (*each.notes, problem.code)
            self._remember(known)
            each.values |= {"thread_id": thread_id, "parent_id": parent or None}
            self._rows.append(Row(each.source_id, each.item.place, Outcome.IMPORTED, each.notes, comment.id))

    def _give_free_id(self, each: Ready) -> None:
        """Another id, if a comment of another site has its own."""
        if each.comment.id in self._tree.taken:
            each.comment = replace(each.comment, id=new_id("cmt", at=each.comment.received_at))
            each.values = self._preparation.values(each.comment, each.email, each.item.author)

    def _remember(self, known: Known) -> None:
        self._tree.put(known)
        self._remembered[known.source_id] = known

    def _store(self, new: Sequence[Ready]) -> None:
        uow = self._uow
        uow.imports.add([each.values for each in new])
        uow.intake.count_accepted({self._site_id: len(new)} if new else {})
        self._store_own([(each.comment, each.item.own) for each in new if each.item.own])
        uow.lessons.note(uow.lessons.decided([each.comment.id for each in new]))
        shown = {each.values["thread_id"] for each in new if _is_shown(each.comment)}
        uow.threads.touch(shown, at=self._preparation.at)
        first_at: dict[str, datetime] = {}
        for each in new:
            thread_id, at = each.values["thread_id"], each.comment.received_at
            first_at[thread_id] = min(first_at.get(thread_id, at), at)
        uow.threads.date_back(first_at)

    def _store_own(self, own: Sequence[tuple[Comment, OwnFields]]) -> None:
        """Scores, and decisions with the entries that the audit trail has about each."""
        if not own:
            return
        self._uow.comments.save_scores(
            [
                score_columns(comment.id, fields.score, at=fields.scored_at or comment.received_at)
                for comment, fields in own
                if fields.score
            ]
        )
        self._uow.edits.keep([replace(edit, comment_id=comment.id) for comment, each in own for edit in each.edits])
        taken = self._uow.decisions.existing([each.id for _, fields in own for each in fields.decisions])
        decisions: list[Decision] = []
        for comment, fields in own:
            decisions += self._decisions(comment, fields.decisions, taken)
        self._uow.decisions.keep(decisions)
        self._uow.audit.append(self._site_id, [_as_imported(of_decision(each)) for each in decisions])

    def _decisions(self, comment: Comment, decisions: Sequence[Decision], taken: set[str]) -> list[Decision]:
        names = {each.id: new_id("dec", at=each.at) if each.id in taken else each.id for each in decisions}
        taken |= names.keys()
        return [
            replace(
                each,
                id=names[each.id],
                undoes=names.get(each.undoes, each.undoes),
                comment_id=comment.id,
                site_id=self._site_id,
            )
            for each in decisions
        ]


def _is_shown(comment: Comment) -> bool:
    return comment.status is Status.APPROVED or comment.public_body is not None


def _as_imported(event: AuditEvent) -> AuditEvent:
    """The entry says that the decision was not made here."""
    return replace(event, detail={**event.detail, "imported": True})
