"""`rejoinder score`: scores an export without a database, a home folder or Redis."""

import os
import sys
from typing import TYPE_CHECKING

import click

from moderation.config.options import OPTIONS
from moderation.config.settings import read
from moderation.process.gc_tuning import freeze_gc
from service.cli.offline_scoring import as_line, score_lines

if TYPE_CHECKING:
    from models.scorer import Scorer


@click.command()
@click.option("--json", is_flag=True, expose_value=False, help="Print errors as JSON too; scores always are JSON.")
def score() -> None:
    """Score comments from standard input, without an installation.

    Reads one JSON object per line, with `body` and optionally `name`, `website`, `thread.title` and `thread.url`.
    Writes one JSON object per line, with `spam`, `abuse`, `labels`, `action`, `reason`, `language`, `confidence` and
    `evidence`, or with `error` and `line` for a line that cannot be scored. The number of such lines is printed to
    standard error at the end.
    """
    errors = 0
    scorer = _load_scorer()
    freeze_gc()
    for scored in score_lines(sys.stdin.buffer, scorer.score_many):
        sys.stdout.write(f"{as_line(scored)}\n")
        errors += "error" in scored
    if errors:
        click.echo(f"Lines that could not be scored: {errors}. See `error` in the output.", err=True)


def _load_scorer() -> "Scorer":
    from models.scorer import Scorer  # here, so that --help does not import numpy

    values = {each.field: read(each, os.environ) for each in OPTIONS if each.field in ("model_path", "uses_encoder")}
    return Scorer.from_setting(values["model_path"], with_encoder=values["uses_encoder"])
