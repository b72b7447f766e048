"""A site learns: the classifier reads its lessons, and enough new ones are replayed with all others and then served.

What its owner may change is in `learning_admin.py`.
"""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from moderation.audit import AuditEvent
from moderation.automation import WARM_UP
from moderation.automation_admin import recount
from moderation.decided_by import POLICY
from moderation.ids import new_id
from moderation.lessons import (
    FEWEST_NEW,
    MOST_LESSONS,
    ON,
    Lesson,
    ReadLesson,
    Replayed,
    UnreadLesson,
)
from moderation.process import failpoints
from moderation.score import SHIPPED, SITE, LogOdds, ScoringInput
from moderation.store import Store, UnitOfWork
from moderation.store.site_models import SiteModelRecord
from moderation.trials import covers_automation

log = logging.getLogger("rejoinder.learning")

READ_AT_ONCE = 256
TRIALS_COMPARED = 500
"""By so many of the newest trials it is judged what automation would do with either line."""

MORE_LOSS_AFTER_UPGRADE = 0.01
"""By so much the log-loss on the newest decisions may be above the one with the shipped model before."""

HEADS = ("spam", "abuse")


class LessonReader(Protocol):
    """The classifier as a site's learner needs it."""

    @property
    def version(self) -> str:
        """The name and version of the shipped model."""

    def read_lessons(self, unread: Sequence[UnreadLesson]) -> list[ReadLesson]:
        """What each text says."""

    def words_in(self, text: ScoringInput) -> Mapping[int, str]:
        """The words of a text, by the buckets in which a site learns them."""

    def replay(
        self,
        lessons: Sequence[Lesson],
        *,
        forgotten: Mapping[str, Collection[int]],
        former: bytes = b"",
        on_step: Callable[[], None] = lambda: None,
    ) -> Replayed:
        """Learn the lessons in their order, and check the result. former: the weights that serve now."""


def read_some(store: Store, reader: LessonReader, *, limit: int = READ_AT_ONCE) -> int:
    """Read the texts of some lessons; returns how many lessons were dealt with, 0 when none is left."""
    with store.read() as uow:
        unread, gone = uow.lessons.unread(model=reader.version, limit=limit, most=MOST_LESSONS)
    if not (unread or gone):
        return 0
    read, broken = _read(reader, unread)

    def save(uow: UnitOfWork) -> None:
        uow.lessons.save_read(read)
        uow.lessons.drop_unreadable([*gone, *broken], model=reader.version)

    store.write(save)
    failpoints.reach("learning.after_read")
    return len(unread) + len(gone)


def _read(reader: LessonReader, unread: Sequence[UnreadLesson]) -> tuple[list[ReadLesson], list[str]]:
    """What the texts say, and the ids of the lessons whose texts crash the classifier: those are skipped."""
    try:
        return reader.read_lessons(unread), []
    except Exception:  # one text must not stop the others
        read, broken = [], []
        for lesson in unread:
            try:
                read += reader.read_lessons([lesson])
            except Exception as problem:
                broken.append(lesson.id)
                log.error("lesson not readable lesson=%s problem=%s", lesson.id, type(problem).__name__)
        if len(unread) > 1 and not read:
            raise  # it is not the texts: they are read when the classifier works again
        log.error("lessons skipped count=%d", len(broken))
        return read, broken


def due_sites(store: Store, reader: LessonReader) -> list[str]:
    """The sites that should replay their lessons now, because of new ones or of another shipped model."""
    with store.read() as uow:
        return sorted(uow.learning_progress.due(fewest=FEWEST_NEW, model=reader.version))


def learn_site(
    store: Store,
    reader: LessonReader,
    site_id: str,
    *,
    on_step: Callable[[], None] = lambda: None,
    at: datetime,
) -> SiteModelRecord | None:
    """Replay the site's lessons and store the model that they give; None if somebody else did so meanwhile.

    It serves from the next comment on if it passes its checks and the site is pinned to no other, and decides where
    the lessons prove that it is better than the shipped model alone. After an erasure the models that the erased
    comment taught are deleted; a site that was pinned to one of them gets it anew.
    """
    with store.read() as uow:
        progress = uow.learning_progress.progress(site_id)
        lessons = uow.lessons.newest(site_id, limit=MOST_LESSONS)
        serving = uow.site_models.serving_id(site_id, model=reader.version)
        former = uow.site_models.weights(serving) if serving else b""
        known = uow.site_models.all(site_id)
    is_erased = bool(known) and progress.erased != known[0].checks.get("erased", 0)
    forgotten = forgotten_buckets(progress.forgotten)
    replayed = reader.replay(lessons, forgotten=forgotten, former=b"" if is_erased else former, on_step=on_step)
    replayed = _compared(replayed, known, reader.version)
    record = _record(site_id, lessons, replayed, reader, progress.erased, at=at)
    record = replace(record, summary=_with_words(store, reader, record.summary))
    pinned = next((each for each in known if each.id == progress.pinned), None)
    again: tuple[SiteModelRecord, bytes] | None = None
    if is_erased and pinned is not None:
        with store.read() as uow:
            until = uow.lessons.newest(site_id, limit=MOST_LESSONS, until=pinned.last_lesson)
        old = reader.replay(until, forgotten=forgotten, on_step=on_step)
        again = (_record(site_id, until, old, reader, progress.erased, at=at), old.weights)
    _recount_automation(store, site_id, lessons, replayed, reader.version, at=at)
    failpoints.reach("learning.after_replay")

    def save(uow: UnitOfWork) -> bool:
        if not uow.learning_progress.replayed(site_id, progress, count=len(lessons)):
            return False
        uow.lessons.prune(site_id, kept=MOST_LESSONS)
        if is_erased:
            uow.site_models.remove_others(site_id, "")
        if again is not None:
            uow.site_models.add(*again)
            uow.learning_progress.change(site_id, pinned=again[0].id)
        uow.site_models.add(record, replayed.weights)
        _change_line(uow, record, replayed.champion, before=progress.line, at=at)
        return True

    is_saved = store.write(save)
    failpoints.reach("learning.after_commit")
    return record if is_saved else None


def _recount_automation(
    store: Store, site_id: str, lessons: Sequence[Lesson], replayed: Replayed, version: str, *, at: datetime
) -> None:
    """After an upgrade with another shipped model: what it would have proven by the same decisions."""
    with store.read() as uow:
        if uow.automations.get(site_id).model in ("", version):
            return
    said = {each.comment_id: {SHIPPED: LogOdds(each.spam, each.abuse)} for each in lessons}
    for comment_id in list(replayed.foreseen)[WARM_UP:]:
        said[comment_id][SITE] = replayed.foreseen[comment_id]
    store.write(lambda uow: recount(uow, site_id, said, model=version, limit=MOST_LESSONS, at=at))


def _compared(replayed: Replayed, known: Sequence[SiteModelRecord], version: str) -> Replayed:
    """After an upgrade with another shipped model: passed only if both together foresee the newest decisions about as
    well as the last model that served did."""
    former = next((each for each in known if each.passed), None)
    if former is None or former.model == version or "loss" not in former.checks:
        return replayed
    more = replayed.checks["loss"] - former.checks["loss"]
    passed = replayed.passed and more - 2 * replayed.checks["loss_error"] <= MORE_LOSS_AFTER_UPGRADE
    return replace(replayed, passed=passed, checks={**replayed.checks, "more_than_before": more})


def _change_line(uow: UnitOfWork, record: SiteModelRecord, champion: str, *, before: str, at: datetime) -> None:
    """Let the site's own line decide from now on where it is proven better, or the shipped one again.

    The site's own must have passed its checks, and automation may not do much less by it.
    """
    site_id = record.site_id
    if champion == before or (champion == SITE and not (record.passed and _covers(uow, site_id))):
        return
    uow.learning_progress.change(site_id, line=champion)
    if uow.sites.get(site_id).learning == ON:
        name = "learning.promoted" if champion == SITE else "learning.returned"
        uow.audit.append(site_id, [AuditEvent(at, POLICY.id, name, site_id, {"model": record.id})])


def _covers(uow: UnitOfWork, site_id: str) -> bool:
    return covers_automation(uow.automations.get(site_id), uow.trials.newest(site_id, limit=TRIALS_COMPARED))


def forgotten_buckets(forgotten: Mapping[str, Any]) -> dict[str, list[int]]:
    """The buckets that each head must not learn, from what is stored of them."""
    return {head: [int(bucket) for bucket in forgotten.get(head, {})] for head in HEADS}


def note_history(store: Store, site_id: str) -> int:
    """Note as lessons what people decided before the site learned, here or in another system; returns how many.

    What was noted before stays one lesson. Raises NotFound.
    """
    with store.read() as uow:
        uow.sites.get(site_id)
    count, after = 0, ""
    while True:
        with store.read() as uow:
            found, after = uow.lessons.decided_before(site_id, after=after, limit=1_000)
            known = uow.lessons.known([each.id for each in found])
        new = [each for each in found if each.id not in known]
        if new:
            store.write(lambda uow, new=new: uow.lessons.note(new))  # type: ignore[misc]
        count += len(new)
        if not after:
            return count


def _record(
    site_id: str, lessons: Sequence[Lesson], replayed: Replayed, reader: LessonReader, erased: int, *, at: datetime
) -> SiteModelRecord:
    return SiteModelRecord(
        id=new_id("sm", at=at),
        site_id=site_id,
        made_at=at,
        lessons=len(lessons),
        last_lesson=lessons[-1].id if lessons else "",
        model=reader.version,
        passed=replayed.passed,
        checks={**replayed.checks, "erased": erased},
        summary=replayed.summary,
    )


def _with_words(store: Store, reader: LessonReader, summary: Mapping[str, Any]) -> dict[str, Any]:
    """The summary, each strongest word spelled out as in a comment that taught it."""
    heads = {}
    for head, values in summary["heads"].items():
        named = []
        for word in values["strongest"]:
            with store.read() as uow:
                texts = uow.lessons.texts(word["comments"])
            found = [reader.words_in(text).get(word["bucket"], "") for text in texts]
            named.append({**word, "word": max(found, key=found.count, default="")})
        heads[head] = {**values, "strongest": named}
    return {**summary, "heads": heads}
