"""How every command answers: with sentences for people, with `--json` for programs. A problem is a sentence too."""

import functools
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ParamSpec

import click

from moderation.errors import ModerationError, NotFound, StoreBusy
from service.database_health import cause_of

P = ParamSpec("P")

json_option = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")


@dataclass(frozen=True, slots=True)
class Answer:
    """value: what --json prints; text: what people read. exit_code: 0 unless something was found to be wrong."""

    value: Any
    text: str
    exit_code: int = 0


def answers(command: Callable[P, Answer]) -> Callable[..., None]:
    """Give a command the option --json, and print what it returns."""

    @json_option
    @functools.wraps(command)
    def answering(as_json: bool, *args: P.args, **kwargs: P.kwargs) -> None:
        answer = command(*args, **kwargs)
        show(answer, as_json)
        sys.exit(answer.exit_code)

    return answering


def show(answer: Answer, as_json: bool) -> None:
    """Print an answer."""
    click.echo(json.dumps(answer.value, ensure_ascii=False) if as_json else answer.text)


@contextmanager
def handle_errors(as_json: bool) -> Iterator[None]:
    """Turn what we raise on purpose into one sentence and exit code 1; a program gets it as {"error": …}, and so it
    gets what click has to say of a wrong call, which has exit code 2."""
    try:
        yield
    except ModerationError as problem:
        told = f"{problem} {_next_step(problem)}".rstrip()
        if as_json:
            _show_problem(told)
        else:
            click.echo(f"Error: {told}", err=True)
        sys.exit(1)
    except click.UsageError as problem:
        if not as_json:
            raise
        _show_problem(problem.format_message())
        sys.exit(problem.exit_code)


def _show_problem(told: str) -> None:
    click.echo(json.dumps({"error": told}, ensure_ascii=False))


def _next_step(problem: ModerationError) -> str:
    if isinstance(problem, StoreBusy):
        return f"The cause is {cause_of(problem)}; `rejoinder doctor` says more."
    command = _LISTS.get(problem.kind) if isinstance(problem, NotFound) else None
    return f"`{command}` shows those that exist." if command else ""


_LISTS = {
    "site": "rejoinder site list",
    "key": "rejoinder key list SITE",
    "moderator": "rejoinder moderator list",
}


def table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]], *, empty: str) -> str:
    """Rows in columns as wide as they need, or the sentence for none."""
    if not rows:
        return empty
    widths = [max(len(row[column]) for row in [heads, *rows]) for column in range(len(heads))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in [heads, *rows]]
    return "\n".join(line.rstrip() for line in lines)
