"""How automation stands on a site, in numbers for people: what is proven, what is still needed, what it did."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from moderation.actions import Action
from moderation.automation import ACTIONS, Automation, Standing, standing
from moderation.proof import CHANCES
from moderation.store import UnitOfWork

DAYS = 30


@dataclass(frozen=True, slots=True)
class ActionReport:
    """One action. standing: how far its proof has come. budget_one_in: at most 1 wrong in so many is allowed.

    is_on: whether the machine does it alone now. would, did: of the last 30 days, on how many trials it would have
    acted, and has.
    """

    standing: Standing
    budget_one_in: int
    is_on: bool
    would: int
    did: int

    @property
    def action(self) -> Action:
        """Approving or rejecting."""
        return self.standing.action

    @property
    def sure_one_in(self) -> int:
        """The level: the score itself expects at most 1 error in so many."""
        return round(1 / CHANCES[self.standing.level])

    @property
    def next_sure_one_in(self) -> int | None:
        """The level that is proven next, in the same form."""
        level = self.standing.next_level
        return None if level is None else round(1 / CHANCES[level])


@dataclass(frozen=True, slots=True)
class AutomationReport:
    """A site's automation. trials: how many comments of the last 30 days no rule objected to.

    checks, unchecked: spot checks of that time, and those that nobody has decided. looks: second looks that wait.
    """

    automation: Automation
    actions: tuple[ActionReport, ...]
    trials: int
    checks: int
    unchecked: int
    looks: int


def automation_report(uow: UnitOfWork, site_id: str, *, at: datetime) -> AutomationReport:
    """The report of a site. Raises NotFound."""
    uow.sites.get(site_id)
    automation, since = uow.automations.get(site_id), at - timedelta(days=DAYS)
    trials, shares = uow.trials.shares(site_id, since=since, until=at)
    checks = uow.trials.checks(site_id, since=since, until=at)
    return AutomationReport(
        automation=automation,
        actions=tuple(
            ActionReport(
                standing(automation, action),
                automation.one_in[action],
                automation.is_on(action),
                shares[action, False],
                shares[action, True],
            )
            for action in ACTIONS
        ),
        trials=trials,
        checks=checks.made,
        unchecked=checks.undecided,
        looks=uow.second_looks.waiting(site_id),
    )
