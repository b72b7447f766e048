"""Finds the parent of an imported comment: the nearest comment above it that was kept, on the same page."""

from collections.abc import Collection, Iterable, Mapping

from moderation.store import UnitOfWork
from moderation.store.imports import Known

MAX_DEPTH = 10_000


class NoParent(Exception):
    """Raised when a reply stands at the top of its page. code: why, of `items.SENTENCES`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Tree:
    """What is known of the rows of a source, looked up when it is needed."""

    def __init__(self, uow: UnitOfWork, site_id: str, source: str, *, is_own: bool) -> None:
        self._uow, self._site_id, self._source, self._is_own = uow, site_id, source, is_own
        self._known: dict[str, Known | None] = {}
        self.taken: set[str] = set()
        """Ids of our own that comments of other sites have."""

    def load(self, source_ids: Iterable[str]) -> None:
        """Look these rows up, with one statement."""
        missing = {each for each in source_ids if each and each not in self._known}
        if not missing:
            return
        found: dict[str, Known] = self._uow.imports.known(self._site_id, self._source, missing)
        if self._is_own:  # what was never imported may be the original
            for id, (site_id, known) in self._uow.imports.comments_named(missing - found.keys()).items():
                if site_id == self._site_id:
                    found[id] = known
                else:
                    self.taken.add(id)
        self._known |= {each: found.get(each) for each in missing}

    def get(self, source_id: str) -> Known | None:
        """What is known of a row; None when nothing is."""
        self.load([source_id])
        return self._known.get(source_id)

    def put(self, known: Known) -> None:
        """Remember a row that is stored in this transaction."""
        self._known[known.source_id] = known

    def parent_of(self, row: Known, parent: str) -> str:
        """The id of the comment that a row answers, "" when it answers none that was kept.

        Raises NoParent when it names one that is not above it on its page, or not known yet.
        """
        passed = {row.source_id}
        while parent:
            if parent in passed:
                raise NoParent("parent_in_circle")
            passed.add(parent)
            above = self.get(parent)
            if above is None:
                raise NoParent("parent_missing")
            if above.comment_id:
                if above.thread_id != row.thread_id:
                    raise NoParent("parent_elsewhere")
                return above.comment_id
            parent = above.parent
        return ""


class Ancestry:
    """Who is above whom among stored comments, together with the edges that are about to be added."""

    def __init__(self, uow: UnitOfWork, comment_ids: Collection[str]) -> None:
        self._parents: dict[str, str] = {}
        level = set(comment_ids)
        for _ in range(MAX_DEPTH):
            if not level:
                break
            found: Mapping[str, str] = uow.imports.parents_of(level)
            self._parents |= found
            level = set(found.values()) - self._parents.keys() - {""}

    def is_below(self, comment_id: str, other_id: str) -> bool:
        """Whether a comment is the other one, or below it."""
        for _ in range(MAX_DEPTH):
            if comment_id in {other_id, ""}:
                return comment_id == other_id
            comment_id = self._parents.get(comment_id, "")
        return True

    def add(self, child_id: str, parent_id: str) -> None:
        """Put a comment below another."""
        self._parents[child_id] = parent_id
