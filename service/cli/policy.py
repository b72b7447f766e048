"""`rejoinder policy`: how a site decides, and how it would decide with a draft."""

import json
from pathlib import Path
from typing import Any

import click
from marshmallow import ValidationError

from moderation import backtest, site_admin
from moderation.backtest import DEFAULT_COMMENTS, MAX_COMMENTS, Acted, Difference, Report
from moderation.errors import Invalid
from moderation.estimate import Estimate
from moderation.messages import Message
from moderation.policy import Policy
from service.cli.installation import CONSOLE, open_installation
from service.cli.output import Result, counted, prints_result
from service.schemas.backtests import BACKTEST
from service.schemas.policy import POLICY, policy_from


@click.group()
def policy() -> None:
    """Show or replace a site's policy, or try a draft on stored comments."""


@policy.command("show")
@click.argument("site_id", metavar="SITE")
@prints_result
def show_policy(site_id: str) -> Result:
    """Print the policy of a site as JSON, to edit it and to try it with `rejoinder policy test`."""
    with open_installation() as installation, installation.store.read() as uow:
        shown = POLICY.dump(uow.sites.get(site_id).policy)
    return Result(shown, json.dumps(shown, ensure_ascii=False, indent=2))


@policy.command("test")
@click.argument("site_id", metavar="SITE")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--limit",
    type=click.IntRange(1, MAX_COMMENTS),
    default=DEFAULT_COMMENTS,
    show_default=True,
    help="On how many of the newest comments.",
)
@prints_result
def test_policy(site_id: str, file: Path, limit: int) -> Result:
    """Try the draft policy in FILE, JSON as `rejoinder policy show` prints it, on the stored comments of a site.

    Nothing is changed and nothing is scored again. An error is counted only where a person decided about the comment.
    """
    draft = _read(file)
    with open_installation() as installation:
        report = backtest.run(installation.store, site_id, draft, limit=limit)
    return Result(BACKTEST.dump(report), _as_text(report))


@policy.command("set")
@click.argument("site_id", metavar="SITE")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check FILE and say what would change, but change nothing.")
@prints_result
def set_policy(site_id: str, file: Path, dry_run: bool) -> Result:
    """Replace the policy of a site by the one in FILE, JSON as `rejoinder policy show` prints it.

    What FILE leaves out takes its default. The policy applies from the next score on; earlier decisions stay.
    """
    new = _read(file)
    with open_installation() as installation:
        with installation.store.read() as uow:
            old = uow.sites.get(site_id).policy
        if not dry_run:
            installation.store.write(
                lambda uow: site_admin.replace_policy(uow, site_id, new, by_id=CONSOLE, at=installation.at)
            )
    before, after = POLICY.dump(old), POLICY.dump(new)
    changed = sorted(name for name in after if after[name] != before[name])
    value = {"site": site_id, "dry_run": dry_run, "changed": changed, "policy": after}
    return Result(value, _change_text(site_id, changed, dry_run=dry_run))


def _change_text(site_id: str, changed: list[str], *, dry_run: bool) -> str:
    if not changed:
        return f"{site_id} has this policy already."
    names = ", ".join(changed)
    if dry_run:
        return f"This was a dry run: nothing was changed. On {site_id} these fields would change: {names}."
    return f"{site_id} has a new policy. Changed: {names}. It applies from the next score on."


def _read(file: Path) -> Policy:
    try:
        fields = json.loads(file.read_text(encoding="utf-8"))
    except OSError as problem:
        raise Invalid("file", f"{file} cannot be read: {problem.strerror}.") from problem
    except ValueError as problem:
        raise Invalid("file", f"{file} is not JSON in UTF-8: {problem}.") from problem
    try:
        return policy_from(POLICY.load(fields))
    except ValidationError as problem:
        field, text = _first(problem.messages_dict)
        raise Invalid(field, text) from problem


def _first(problems: Any, path: tuple[str, ...] = ()) -> tuple[str, Message | str]:
    """The first field that is wrong, such as thresholds.spam.hold_at, and why."""
    if isinstance(problems, dict):
        name, inner = next(iter(problems.items()))
        return _first(inner, path if name == "_schema" else (*path, str(name)))
    return ".".join(path) or "policy", problems[0]


def _as_text(report: Report) -> str:
    if not report.tried:
        return "No comment of this site has a score yet, so there is nothing to try a policy on."
    lines = [
        f"Tried on {counted(report.tried, 'comment')} since {report.since:%Y-%m-%d}; "
        f"{report.unscored} more {'has' if report.unscored == 1 else 'have'} no score.",
        f"Decided otherwise than the policy of their time: {report.changed}.",
        _acted_line("Approved", report.approve),
        _acted_line("Rejected", report.reject),
        f"Of what people approved, it would have rejected {_in_words(report.lost)}",
        f"Of what people rejected, it would have approved {_in_words(report.let_through)}",
        *_listed("People approved, the draft rejects:", report.lost_comments),
        *_listed("People rejected, the draft approves:", report.let_through_comments),
    ]
    return "\n".join(lines)


def _acted_line(done: str, acted: Acted) -> str:
    wrong = f"people decided otherwise about {_in_words(acted.wrong)}"
    return f"{done} by the policy alone: {acted.before} before, {acted.after} with the draft; {wrong}"


def _in_words(found: Estimate) -> str:
    bounds = f" (95 % sure: {found.low:.2%} to {found.high:.2%})" if found.of else ""
    return f"{found.count} of {found.of}{bounds}."


def _listed(head: str, differences: tuple[Difference, ...]) -> list[str]:
    lines = [f"  {each.past.comment.id}  {each.match.reason}  {each.match.detail}".rstrip() for each in differences]
    return [head, *lines] if lines else []
