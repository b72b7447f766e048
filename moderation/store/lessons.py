"""Lessons in the store: noted with the decision, read by the classifier later, replayed in the order of decisions."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, or_, select, update

from moderation.comment import STRIKES, Status
from moderation.decision import POLICY
from moderation.lessons import Author, Lesson, NewLesson, ReadLesson, UnreadLesson, Verdict, verdict_of
from moderation.links import domain_of
from moderation.reasons import reason_named
from moderation.score import ScoringInput
from moderation.store.database.any_of import any_of
from moderation.store.database.bulk_sql import insert_many, update_many
from moderation.store.learning_progress import LearningProgressRepository, learns
from moderation.store.row_mapping import comment_from, select_comments
from moderation.store.sealing import Sealer
from moderation.store.tables import checks, comments, decisions, lessons


class LessonRepository:
    """The lessons of one transaction."""

    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer
        self._progress = LearningProgressRepository(connection)

    def note(self, new: Sequence[NewLesson]) -> None:
        """Note lessons, whose texts are read later. One with the id of an earlier one replaces it."""
        insert_many(self._connection, lessons, [_columns(each) for each in new], replace=("id",))
        self._progress.count_changes(_counted(each.site_id for each in new))

    def withdraw(self, lesson_ids: Collection[str]) -> None:
        """Delete those of these lessons that exist: their decisions were undone. Their sites replay at once."""
        if not lesson_ids:
            return
        gone = delete(lessons).where(any_of(lessons.c.id, sorted(lesson_ids))).returning(lessons.c.site_id)
        self._progress.count_changes(_counted(self._connection.scalars(gone)), is_urgent=True)

    def count(self, site_id: str) -> int:
        """How many lessons a site has."""
        return self._connection.scalar(select(func.count()).where(lessons.c.site_id == site_id)) or 0

    def known(self, lesson_ids: Sequence[str]) -> set[str]:
        """Those of these lessons that were noted."""
        return set(self._connection.scalars(select(lessons.c.id).where(any_of(lessons.c.id, lesson_ids))))

    def texts(self, comment_ids: Collection[str]) -> list[ScoringInput]:
        """The texts of those of these comments and checks that are still there."""
        return [reading for reading, _, _ in self._texts(comment_ids).values()]

    def authors(self, comment_ids: Collection[str]) -> dict[str, Author]:
        """Who wrote these comments."""
        columns = (comments.c.id, comments.c.email_key, comments.c.masked_address, comments.c.website)
        rows = self._connection.execute(select(*columns).where(any_of(comments.c.id, comment_ids)))
        return {id: author_of(self._sealer, key, network, website, id) for id, key, network, website in rows}

    def any_unread(self) -> bool:
        """Whether some lesson of a site that learns was noted and not read yet."""
        some = select(lessons.c.id).where(lessons.c.model == "", learns(lessons.c.site_id)).limit(1)
        return self._connection.scalar(some) is not None

    def unread(self, *, model: str, limit: int, most: int) -> tuple[list[UnreadLesson], list[str]]:
        """Some lessons that this model has not read yet, and the ids of others that nobody will read.

        Those are lessons whose texts are gone, and after a large import those before the newest `most` of a site.
        """
        rows: list[Row[Any]] = []
        columns = (lessons.c.id, lessons.c.comment_id, lessons.c.site_id, lessons.c.at)
        for is_other in (lessons.c.model < model, lessons.c.model > model):  # two ranges of the index
            some = select(*columns).where(is_other, learns(lessons.c.site_id))
            rows += self._connection.execute(some.order_by(lessons.c.model, lessons.c.id).limit(limit - len(rows)))
        oldest = {site_id: self._oldest(site_id, kept=most) for site_id in {row.site_id for row in rows}}
        wanted = [row for row in rows if (at := oldest[row.site_id]) is None or row.at >= at]
        texts = self._texts({row.comment_id for row in wanted})
        unread = [UnreadLesson(row.id, *texts[row.comment_id]) for row in wanted if row.comment_id in texts]
        return unread, sorted({row.id for row in rows} - {lesson.id for lesson in unread})

    def save_read(self, read: Sequence[ReadLesson]) -> None:
        """Keep what the classifier read."""
        update_many(self._connection, lessons, [({"id": each.id}, _read_columns(each)) for each in read])

    def drop_unreadable(self, lesson_ids: Sequence[str], *, model: str) -> None:
        """Delete lessons whose texts went before anybody read them; those that were read stay as they are."""
        some = any_of(lessons.c.id, lesson_ids)
        self._connection.execute(delete(lessons).where(some, lessons.c.model == ""))
        self._connection.execute(update(lessons).where(some).values(model=model))

    def newest(self, site_id: str, *, limit: int, until: str = "") -> list[Lesson]:
        """The newest lessons that were read, in the order of their decisions. until: the id of the last of them."""
        query = select(*_TAUGHT).where(lessons.c.site_id == site_id, lessons.c.model != "")
        if until:
            last = select(lessons.c.at).where(lessons.c.id == until).scalar_subquery()
            query = query.where(or_(lessons.c.at < last, (lessons.c.at == last) & (lessons.c.id <= until)))
        rows = self._connection.execute(query.order_by(lessons.c.at.desc(), lessons.c.id.desc()).limit(limit))
        return [_lesson_from(row) for row in reversed(rows.all())]

    def erase(self, comment_ids: Collection[str]) -> None:
        """Delete the lessons of these comments, which are erased. Their sites replay at once, and keep no older
        model."""
        gone = delete(lessons).where(any_of(lessons.c.comment_id, sorted(comment_ids))).returning(lessons.c.site_id)
        self._progress.count_changes(_counted(self._connection.scalars(gone)), is_urgent=True, is_erasure=True)

    def erase_author(self, email_key: bytes, *, sites_of: Collection[str] | None) -> None:
        """Delete the lessons of an author, also of comments that were destroyed before. sites_of: None for all."""
        by_author = delete(lessons).where(lessons.c.email_hash == _hash(email_key))
        if sites_of is not None:
            by_author = by_author.where(any_of(lessons.c.site_id, sites_of))
        gone = self._connection.scalars(by_author.returning(lessons.c.site_id))
        self._progress.count_changes(_counted(gone), is_urgent=True, is_erasure=True)

    def decided_before(self, site_id: str, *, after: str, limit: int) -> tuple[list[NewLesson], str]:
        """What people decided about the next `limit` comments of a site after an id, as lessons.

        Also returns the id to go on from, "" at the end.
        """
        of_site = select(comments.c.id).where(comments.c.site_id == site_id, comments.c.id > after)
        ids = list(self._connection.scalars(of_site.order_by(comments.c.id).limit(limit)))
        return self.decided(ids), ids[-1] if len(ids) == limit else ""

    def decided(self, comment_ids: Sequence[str]) -> list[NewLesson]:
        """What people decided about these comments, as lessons. What the policy decided last is none.

        A comment without a decision was decided in another system.
        """
        last = self._last_decisions(comment_ids)
        query = select(
            comments.c.id,
            comments.c.site_id,
            comments.c.status,
            comments.c.reason,
            comments.c.decided_at,
            comments.c.received_at,
        )
        is_decided = (comments.c.status != Status.PENDING.value, comments.c.erased_at.is_(None))
        found = []
        for row in self._connection.execute(query.where(any_of(comments.c.id, comment_ids), *is_decided)):
            decision = last.get(row.id)
            if decision and decision.by_id == POLICY.id:
                continue
            verdict = verdict_of(Status(row.status), reason_named(row.reason))
            id, by_id, at = (decision.id, decision.by_id, decision.at) if decision else (row.id, "", row.decided_at)
            found.append(NewLesson(id, row.site_id, row.id, by_id, at or row.received_at, verdict))
        return found

    def prune(self, site_id: str, *, kept: int) -> None:
        """Delete the oldest lessons of a site if it has more than so many."""
        oldest = self._oldest(site_id, kept=kept)
        if oldest is not None:
            older = delete(lessons).where(lessons.c.site_id == site_id, lessons.c.at < oldest)
            self._connection.execute(older)

    def _oldest(self, site_id: str, *, kept: int) -> datetime | None:
        """When the oldest of the newest `kept` lessons was decided; None when there are no more than these."""
        of_site = select(lessons.c.at).where(lessons.c.site_id == site_id).order_by(lessons.c.at.desc())
        found = self._connection.scalars(of_site.offset(kept - 1).limit(2)).all()
        return found[0] if len(found) == 2 else None

    def _last_decisions(self, comment_ids: Sequence[str]) -> dict[str, Any]:
        """The decision that stands of each comment: an undo gives way to the one before the undone."""
        query = select(decisions.c.id, decisions.c.comment_id, decisions.c.by_id, decisions.c.at, decisions.c.undoes)
        rows = self._connection.execute(
            query.where(any_of(decisions.c.comment_id, comment_ids)).order_by(decisions.c.revision)
        )
        standing: dict[str, list[Any]] = defaultdict(list)
        for row in rows:
            if row.undoes:
                standing[row.comment_id] = [each for each in standing[row.comment_id] if each.id != row.undoes]
            else:
                standing[row.comment_id].append(row)
        return {id: made[-1] for id, made in standing.items() if made}

    def _texts(self, ids: Collection[str]) -> dict[str, tuple[ScoringInput, Author, int]]:
        """The texts of comments and of checks that are still there, their authors, and their near copies' key."""
        found: dict[str, tuple[ScoringInput, Author, int]] = {}
        query = select_comments().add_columns(comments.c.email_key, comments.c.text_key)
        for row in self._connection.execute(query.where(any_of(comments.c.id, ids))):
            comment = comment_from(row)
            if comment.attempts > STRIKES:
                continue
            author = author_of(self._sealer, row.email_key, comment.masked_address, comment.website, comment.id)
            copies = self._hash("copy", comment.campaign or comment.id) if comment.scored_at else _hash(row.text_key)
            found[comment.id] = (comment.reading(), author, copies)
        for row in self._connection.execute(
            select(checks).where(any_of(checks.c.id, ids), checks.c.purged_at.is_(None))
        ):
            reading = ScoringInput(
                body=row.body,
                name=row.name,
                website=row.website,
                thread_title=row.thread_title,
                thread_url=row.thread_url,
                signals=frozenset(row.signals),
                near_copies=row.near_copies,
            )
            author = author_of(self._sealer, row.email_key, row.masked_address, row.website, row.id)
            found[row.id] = (reading, author, _hash(row.text_key) if row.text_key else self._hash("copy", row.id))
        return found

    def _hash(self, kind: str, value: str) -> int:
        return _hash(self._sealer.find_key(kind, value))


def author_of(sealer: Sealer, email_key: bytes | None, network: str, website: str, id: str) -> Author:
    """Without an e-mail address the network stands for the author; without both each text has its own. id: of it."""
    domain = domain_of(website)
    return Author(
        email=_hash(email_key or sealer.find_key("author", network or id)),
        network=_hash(sealer.find_key("network", network)) if network else 0,
        domain=_hash(sealer.find_key("domain", domain)) if domain else 0,
    )


_TAUGHT = (
    lessons.c.id,
    lessons.c.comment_id,
    lessons.c.by_id,
    lessons.c.at,
    lessons.c.is_spam,
    lessons.c.is_abuse,
    lessons.c.email_hash,
    lessons.c.network_hash,
    lessons.c.domain_hash,
    lessons.c.copy_hash,
    lessons.c.spam,
    lessons.c.abuse,
    lessons.c.words,
    lessons.c.signs,
)


def _counted(site_ids: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for site_id in site_ids:
        counts[site_id] += 1
    return counts


def _hash(digest: bytes) -> int:
    """From 1 to 2**63 - 1."""
    return max(1, int.from_bytes(digest[:8]) >> 1)


def _columns(new: NewLesson) -> dict[str, Any]:
    spam, abuse = (None if said is None else int(said) for said in new.verdict)
    return {
        "id": new.id,
        "site_id": new.site_id,
        "comment_id": new.comment_id,
        "by_id": new.by_id,
        "at": new.at,
        "is_spam": spam,
        "is_abuse": abuse,
    }


def _read_columns(read: ReadLesson) -> dict[str, Any]:
    return {
        "model": read.model,
        "email_hash": read.author.email,
        "network_hash": read.author.network,
        "domain_hash": read.author.domain,
        "copy_hash": read.copy_key,
        "spam": read.spam,
        "abuse": read.abuse,
        "words": read.words,
        "signs": read.signs,
    }


def _lesson_from(row: Row[Any]) -> Lesson:
    spam, abuse = (None if each is None else bool(each) for each in (row.is_spam, row.is_abuse))
    return Lesson(
        id=row.id,
        comment_id=row.comment_id,
        by_id=row.by_id,
        at=row.at,
        verdict=Verdict(spam, abuse),
        author=Author(row.email_hash, row.network_hash, row.domain_hash),
        copy_key=row.copy_hash,
        spam=row.spam,
        abuse=row.abuse,
        words=row.words,
        signs=row.signs,
    )
