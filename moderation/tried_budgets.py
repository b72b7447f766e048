"""Draft budgets, tried on the stored trials of a site: what they would allow, and what people decided about that."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from moderation.actions import Action
from moderation.automation import ACTIONS, Automation
from moderation.estimate import Estimate, estimate
from moderation.store import Store
from moderation.trials import Trial, is_wrong

DEFAULT_TRIALS, MAX_TRIALS = 1_000, 20_000
LISTED = 50


@dataclass(frozen=True, slots=True)
class TriedBudget:
    """One action under a draft budget, "at most 1 wrong in `one_in`".

    is_proven: whether what is counted so far proves it. would: of how many of the trials it then allows the action.
    wrong: of those whose verdicts were as likely to be seen as any other, how many people decided otherwise.
    disagreements: the comments of these, the newest first, at most LISTED.
    """

    action: Action
    one_in: int
    is_proven: bool
    would: int
    wrong: Estimate
    disagreements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TriedBudgets:
    """Draft budgets on the newest `trials` trials of a site."""

    trials: int
    actions: tuple[TriedBudget, ...]


def run(store: Store, site_id: str, one_in: Mapping[Action, int], *, limit: int = DEFAULT_TRIALS) -> TriedBudgets:
    """Try budgets on the newest trials; those that are left out are the present ones. Raises NotFound."""
    with store.read() as uow:
        uow.sites.get(site_id)
        automation = uow.automations.get(site_id)
        trials = uow.trials.newest(site_id, limit=min(limit, MAX_TRIALS))
    return compare(trials, replace(automation, one_in={**automation.one_in, **one_in}))


def compare(trials: Iterable[Trial], draft: Automation) -> TriedBudgets:
    """The same on these trials, newest first. Pure."""
    known = list(trials)
    return TriedBudgets(len(known), tuple(_tried(known, draft, action) for action in ACTIONS))


def _tried(trials: Iterable[Trial], draft: Automation, action: Action) -> TriedBudget:
    proven = draft.proven(action)
    allowed = [trial for trial in trials if 0 <= proven <= trial.level(draft.line, action)]
    seen = [trial for trial in allowed if trial.counted and not trial.acted and trial.counts_for(draft.line, action)]
    wrong = [trial.comment_id for trial in seen if is_wrong(action, trial.counted)]
    return TriedBudget(
        action=action,
        one_in=draft.one_in[action],
        is_proven=proven >= 0,
        would=len(allowed),
        wrong=estimate(len(wrong), len(seen)),
        disagreements=tuple(wrong[:LISTED]),
    )
