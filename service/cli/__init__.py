"""The console command `rejoinder`: one file for each group of commands, and each command says --help."""

import os

import click

from moderation.settings import PRIVATE
from service.cli.audit import audit
from service.cli.doctor import doctor
from service.cli.endpoint import endpoint
from service.cli.key import key
from service.cli.moderator import moderator
from service.cli.score import score
from service.cli.serve import serve
from service.cli.site import site
from service.cli.up import up
from service.cli.work import work


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="rejoinder", prog_name="rejoinder")
def main() -> None:
    """Self-hosted comment moderation. Settings come from the environment: see docs/settings.md."""
    os.umask(PRIVATE)


for each in (up, serve, work, doctor, site, key, moderator, endpoint, score, audit):
    main.add_command(each)
