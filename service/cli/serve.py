"""`rejoinder serve`: only the web server, for installations on several machines."""

import os
import sys

import click

from moderation.config.settings import Settings
from service.cli.output import Result, json_option, print_result
from service.process import web_server
from service.process.console import Output
from service.process.disk_reserve import make_room
from service.process.preflight import prepare_start


@click.command()
@json_option
def serve(as_json: bool) -> None:
    """Run only the web server."""
    settings = Settings.from_env(os.environ)
    web_server.refuse_taken_port(settings)
    make_room(settings)
    prepare_start(settings, Output(sys.stderr).say)
    text = f"Serving {settings.public_url} on {settings.host}, port {settings.port}."
    print_result(Result({"url": settings.public_url}, text), as_json)
    sys.stdout.flush()
    sys.exit(web_server.main())
