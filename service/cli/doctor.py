"""`rejoinder doctor`: says what is wrong, and how to mend it."""

import os

import click

from moderation.config.settings import Settings
from moderation.errors import BadSetting
from service.cli.output import Answer, answers
from service.process.health_checks import Finding, State, examination

_MARKS = {State.WELL: "ok   ", State.NOTE: "note ", State.WRONG: "WRONG"}


@click.command()
@answers
def doctor() -> Answer:
    """Check settings, database, Redis, model, clocks, addresses and origins; exit with 1 when something is wrong."""
    findings = _findings()
    wrong = sum(finding.state is State.WRONG for finding in findings)
    value = {"is_well": not wrong, "findings": [_shown(each) for each in findings]}
    ending = "Nothing is wrong." if not wrong else f"{wrong} to mend."
    return Answer(value, "\n".join([*map(_line, findings), "", ending]), exit_code=1 if wrong else 0)


def _findings() -> list[Finding]:
    try:
        settings = Settings.from_env(os.environ)
    except BadSetting as problem:
        return [Finding("settings", State.WRONG, str(problem), "docs/settings.md has a paragraph on each.")]
    return [Finding("settings", State.WELL, f"home {settings.home}"), *examination(settings)]


def _line(finding: Finding) -> str:
    line = f"{_MARKS[finding.state]} {finding.about}: {finding.told}"
    return f"{line}\n      -> {finding.remedy}" if finding.remedy else line


def _shown(finding: Finding) -> dict[str, str]:
    return {
        "about": finding.about,
        "state": finding.state.value,
        "told": finding.told,
        "remedy": finding.remedy,
    }
