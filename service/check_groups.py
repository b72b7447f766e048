"""Checks that arrive at the same time are made together, because many cost little more than one."""

from collections.abc import Sequence
from contextlib import nullcontext

from moderation.checks import CheckRequest, Classifier, Verdict, check_many
from moderation.store import Store
from moderation.store.database.group_commit import GroupCommit


class CheckGroups:
    """Makes checks in groups, on the thread of whoever comes first. If a group fails, each check is tried alone."""

    def __init__(self, store: Store, classifier: Classifier) -> None:
        self._store = store
        self._classifier = classifier
        self._groups = GroupCommit(lambda until: nullcontext())

    def check(self, request: CheckRequest) -> Verdict:
        """The verdict about one text. Raises CannotScore, StoreBusy."""
        verdict: Verdict = self._groups.write(self._check_many, request)
        return verdict

    def _check_many(self, _: None, requests: Sequence[CheckRequest]) -> list[Verdict]:
        return check_many(self._store, self._classifier, requests)
