"""`rejoinder serve`: the web server alone, for installations of several machines."""

import os
import sys

import click

from moderation.config.settings import Settings
from service.cli.output import Answer, json_option, show
from service.process import web_server as web
from service.process.console import Output
from service.process.preflight import prepare_start


@click.command()
@json_option
def serve(as_json: bool) -> None:
    """Run the web server until Ctrl-C or SIGTERM."""
    settings = Settings.from_env(os.environ)
    web.refuse_taken_port(settings)
    prepare_start(settings, Output(sys.stderr).say)
    where = f"{settings.host} port {settings.port}"
    show(Answer({"url": settings.public_url}, f"Serving {settings.public_url} on {where}."), as_json)
    sys.stdout.flush()
    sys.exit(web.main())
