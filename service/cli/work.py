"""`rejoinder work`: only the workers, for installations on several machines."""

import os
import sys

import click

from moderation.config.settings import Settings
from service.cli.output import Result, json_option, print_result
from service.process.console import Output
from service.process.preflight import prepare_start
from service.process.programs import worker_programs
from service.process.supervisor import Supervisor


@click.command()
@json_option
def work(as_json: bool) -> None:
    """Run only the workers.

    These are the scoring workers, the delivery worker, which sends webhooks, and the sweeper, which picks up what the
    others missed. They run until Ctrl-C or SIGTERM.
    """
    settings = Settings.from_env(os.environ)
    output = Output(sys.stderr)
    prepare_start(settings, output.say)
    programs = worker_programs(settings)
    names = [program.name for program in programs]
    result = Result({"programs": names}, f"Running {', '.join(names)}.")
    Supervisor([programs], output=output).run(lambda: print_result(result, as_json))
