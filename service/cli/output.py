"""The output of every command: text for people, or JSON with --json. An error is one sentence or one object."""

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

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@dataclass(frozen=True, slots=True)
class Result:
    """What a command prints. value: with --json; text: without. exit_code: 1 when a check failed.

    note: for people, to standard error, so that a script can take the text as it is.
    """

    value: Any
    text: str
    exit_code: int = 0
    note: str = ""


def prints_result(command: Callable[P, Result]) -> Callable[..., None]:
    """Give a command the option --json, and print the result that it returns."""

    @json_option
    @functools.wraps(command)
    def run(as_json: bool, *args: P.args, **kwargs: P.kwargs) -> None:
        result = command(*args, **kwargs)
        print_result(result, as_json)
        sys.exit(result.exit_code)

    return run


def print_result(result: Result, as_json: bool) -> None:
    """Print a result."""
    click.echo(json.dumps(result.value, ensure_ascii=False) if as_json else result.text)
    if result.note and not as_json:
        click.echo(result.note, err=True)


@contextmanager
def handle_errors(as_json: bool) -> Iterator[None]:
    """Turn a domain error into one sentence, or {"error": …} with --json, and exit code 1.

    With --json, click's own errors (a bad call, exit code 2) are printed as JSON too.
    """
    try:
        yield
    except ModerationError as error:
        message = f"{error} {_next_step(error)}".rstrip()
        if as_json:
            _print_error(message)
        else:
            click.echo(f"Error: {message}", err=True)
        sys.exit(1)
    except click.UsageError as error:
        if not as_json:
            raise
        _print_error(error.format_message())
        sys.exit(error.exit_code)


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]], *, empty: str) -> str:
    """Rows in aligned columns under a head, or the sentence for no rows."""
    if not rows:
        return empty
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in [head, *rows]]
    return "\n".join(line.rstrip() for line in lines)


def counted(count: int, noun: str) -> str:
    """A number with its noun: "1 comment", "2 comments"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _print_error(message: str) -> None:
    click.echo(json.dumps({"error": message}, ensure_ascii=False))


def _next_step(error: ModerationError) -> str:
    if isinstance(error, StoreBusy):
        return f"The cause is {cause_of(error)}; `rejoinder doctor` says more."
    command = _LISTS.get(error.kind) if isinstance(error, NotFound) else None
    return f"`{command}` lists those that exist." if command else ""


_LISTS = {
    "site": "rejoinder site list",
    "key": "rejoinder key list SITE",
    "moderator": "rejoinder moderator list",
    "model": "rejoinder learn SITE",
}
