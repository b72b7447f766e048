"""`rejoinder automation`: what the machine may do alone on a site."""

import click

from moderation import tried_budgets
from moderation.actions import Action
from moderation.automation import Mode, Pause
from moderation.automation_admin import change_automation, checked_one_in, give_back
from moderation.automation_report import ActionReport, AutomationReport, automation_report
from moderation.tried_budgets import DEFAULT_TRIALS, MAX_TRIALS, TriedBudget
from service.cli.installation import CONSOLE, Installation, open_installation
from service.cli.output import Result, prints_result
from service.schemas.automation import AUTOMATION, BUDGET_TEST


@click.group()
def automation() -> None:
    """Show or change what is decided without a moderator."""


@automation.command("show")
@click.argument("site_id", metavar="SITE")
@prints_result
def show(site_id: str) -> Result:
    """Show what is proven on a site, what is still needed, and what was decided alone."""
    with open_installation() as installation:
        return _result(installation, site_id)


@automation.command("set")
@click.argument("site_id", metavar="SITE")
@click.option(
    "--mode",
    type=click.Choice([mode.value for mode in Mode]),
    help="off; shadow, which only writes down what it would do; or on, for what is proven.",
)
@click.option("--approve-one-in", type=int, metavar="N", help="Publish alone only if at most 1 in N is wrong.")
@click.option("--reject-one-in", type=int, metavar="N", help="Reject alone only if at most 1 in N is wrong.")
@prints_result
def change(site_id: str, mode: str | None, approve_one_in: int | None, reject_one_in: int | None) -> Result:
    """Change the mode or the budgets of a site; what is left out stays."""
    given = {Action.APPROVE: approve_one_in, Action.REJECT: reject_one_in}
    one_in = {action: number for action, number in given.items() if number is not None}
    with open_installation() as installation:
        installation.store.write(
            lambda uow: change_automation(
                uow,
                site_id,
                mode=Mode(mode) if mode else None,
                one_in=one_in,
                by_id=CONSOLE,
                at=installation.at,
            )
        )
        return _result(installation, site_id)


@automation.command("test")
@click.argument("site_id", metavar="SITE")
@click.option(
    "--approve-one-in", type=int, metavar="N", help="The budget to try for publishing: at most 1 wrong in N."
)
@click.option("--reject-one-in", type=int, metavar="N", help="The budget to try for rejecting.")
@click.option(
    "--limit",
    type=click.IntRange(1, MAX_TRIALS),
    default=DEFAULT_TRIALS,
    show_default=True,
    help="On how many of the newest trials.",
)
@prints_result
def test(site_id: str, approve_one_in: int | None, reject_one_in: int | None, limit: int) -> Result:
    """Try budgets on the stored trials of a site; nothing is changed."""
    given = {Action.APPROVE: approve_one_in, Action.REJECT: reject_one_in}
    one_in = {action: checked_one_in(action, number) for action, number in given.items() if number is not None}
    with open_installation() as installation:
        found = tried_budgets.run(installation.store, site_id, one_in, limit=limit)
    lines = [f"Tried on the newest {found.trials} trials.", *map(_tried_line, found.actions)]
    return Result(BUDGET_TEST.dump(found), "\n".join(lines))


def _tried_line(tried: TriedBudget) -> str:
    proven = "proven" if tried.is_proven else "not proven yet, so nothing would be done"
    wrong = f"people decided otherwise about {tried.wrong.count} of {tried.wrong.of}"
    return f"{tried.action}, at most 1 wrong in {tried.one_in}: {proven}; on {tried.would} it would act, {wrong}."


@automation.command("pause")
@click.argument("site_id", metavar="SITE")
@prints_result
def pause(site_id: str) -> Result:
    """Give everything back to moderators at once; what is proven stays."""
    with open_installation() as installation:
        has_mail = installation.settings.smtp is not None
        installation.store.write(
            lambda uow: give_back(uow, site_id, has_mail=has_mail, by_id=CONSOLE, at=installation.at)
        )
        return _result(installation, site_id)


def _result(installation: Installation, site_id: str) -> Result:
    with installation.store.read() as uow:
        report = automation_report(uow, site_id, at=installation.at)
    return Result(AUTOMATION.dump(report), _as_text(report))


_PAUSED = {
    Pause.ERRORS: "there were far more errors than the budget allows",
    Pause.SPOT_CHECKS: "too many spot checks were not decided",
    Pause.OWNER: "an owner gave everything back to moderators",
}


def _as_text(report: AutomationReport) -> str:
    of_site = report.automation
    paused = f", because {_PAUSED[of_site.paused]} ({of_site.paused_at:%Y-%m-%d %H:%M} UTC)" if of_site.paused else ""
    lines = [
        f"{of_site.site_id}: the mode is {of_site.mode}{paused}.",
        f"Of the last 30 days: {report.trials} trials, {report.checks} spot checks, {report.unchecked} of them "
        f"undecided. Second looks that wait: {report.looks}.",
    ]
    return "\n".join([*lines, *(line for each in report.actions for line in _action_lines(each))])


def _action_lines(report: ActionReport) -> list[str]:
    stands = report.standing
    bound = f"at most 1 in {stands.one_in} (95 %)" if stands.one_in else "nothing is proven by that"
    state = "done alone" if report.is_on else "proven" if stands.is_proven else "not proven"
    lines = [
        f"{report.action}: {state}; at most 1 wrong in {report.budget_one_in} is allowed.",
        f"  Where the score is surer than 1 in {report.sure_one_in}: "
        f"{stands.wrong} of {stands.seen} were wrong, {bound}.",
        f"  In 30 days it would have acted on {report.would}, and has on {report.did}.",
    ]
    if stands.missing is not None:
        lines.append(
            f"  {stands.missing} more without an error prove it where the score is surer than "
            f"1 in {report.next_sure_one_in}."
        )
    return lines
