"""`rejoinder doctor`: reports what is wrong with the installation and how to repair it."""

import os

import click

from moderation.config.settings import Settings
from moderation.errors import BadSetting
from service.cli.output import Result, prints_result
from service.process.findings import Finding, State
from service.process.health_checks import check_installation

_MARKS = {State.OK: "ok   ", State.NOTE: "note ", State.WRONG: "WRONG"}


@click.command()
@prints_result
def doctor() -> Result:
    """Check the installation and say how to repair what is wrong.

    Checks settings, database, Redis, model, clocks, addresses, mail, origins and webhooks. Exits with 1 when one
    of them is wrong, but not for notes.
    """
    findings = _findings()
    wrong = sum(finding.state is State.WRONG for finding in findings)
    value = {"is_ok": not wrong, "findings": [_as_json(each) for each in findings]}
    summary = "Nothing is wrong." if not wrong else f"Problems found: {wrong}."
    return Result(value, "\n".join([*map(_lines, findings), "", summary]), exit_code=1 if wrong else 0)


def _findings() -> list[Finding]:
    try:
        settings = Settings.from_env(os.environ)
    except BadSetting as error:
        return [Finding("settings", State.WRONG, str(error), "docs/settings.md describes every setting.")]
    return [Finding("settings", State.OK, f"home {settings.home}"), *check_installation(settings)]


def _lines(finding: Finding) -> str:
    line = f"{_MARKS[finding.state]} {finding.subject}: {finding.text}"
    return f"{line}\n      -> {finding.remedy}" if finding.remedy else line


def _as_json(finding: Finding) -> dict[str, str]:
    return {
        "subject": finding.subject,
        "state": finding.state.value,
        "text": finding.text,
        "remedy": finding.remedy,
    }
