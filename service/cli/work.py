"""`rejoinder work`: the workers alone, for installations of several machines."""

import os
import sys

import click

from moderation.config.settings import Settings
from service.cli.output import Answer, json_option, show
from service.process.console import Output
from service.process.preflight import prepare_start
from service.process.programs import worker_programs
from service.process.supervisor import Supervisor


@click.command()
@json_option
def work(as_json: bool) -> None:
    """Run the scoring workers, the delivery worker and the sweeper until Ctrl-C or SIGTERM."""
    settings = Settings.from_env(os.environ)
    output = Output(sys.stderr)
    prepare_start(settings, output.say)
    programs = worker_programs(settings)
    names = [program.name for program in programs]
    answer = Answer({"programs": names}, f"Working: {', '.join(names)}.")
    Supervisor([programs], output=output).run(lambda: show(answer, as_json))
