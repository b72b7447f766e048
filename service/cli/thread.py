"""`rejoinder thread`: the threads of a site, when its pages move."""

import click
from marshmallow import ValidationError

from moderation import site_admin
from moderation.comment import Thread
from moderation.errors import Invalid
from moderation.messages import N_, Message
from moderation.store import UnitOfWork
from service.cli.installation import CONSOLE, open_installation
from service.cli.output import Result, prints_result
from service.schemas.threads import THREAD_CHANGE
from service.submissions.redirects import lies_on


@click.group()
def thread() -> None:
    """Move or merge the threads of pages that moved."""


@thread.command("move")
@click.argument("site_id", metavar="SITE")
@click.argument("old")
@click.argument("new")
@click.option("--url", default="", help="The page's new address, on an origin of the site.")
@prints_result
def move_thread(site_id: str, old: str, new: str, url: str) -> Result:
    """Give the thread with the key OLD the key NEW. OLD leads to it from now on."""
    key = _checked_key(new)
    with open_installation() as installation:

        def move(uow: UnitOfWork) -> Thread:
            site = uow.sites.get(site_id)
            if url and not lies_on(site, url):
                raise Invalid(
                    "url", Message(N_("this is not on an origin of the site; give the page's own address."))
                )
            moved = site_admin.move_thread(uow, site.id, old, key, by_id=CONSOLE, at=installation.at)
            if url:
                site_admin.describe_thread(uow, site.id, key, url=url, by_id=CONSOLE, at=installation.at)
            return moved

        moved = installation.store.write(move)
    return Result(_as_json(moved), f"The thread has the key {moved.key} now; {old} leads to it.")


@thread.command("merge")
@click.argument("site_id", metavar="SITE")
@click.argument("key", metavar="FROM")
@click.argument("into")
@prints_result
def merge_threads(site_id: str, key: str, into: str) -> Result:
    """Put the comments of the thread FROM under the thread INTO, in order of time. FROM leads there from now on."""
    with open_installation() as installation:
        merged = installation.store.write(
            lambda uow: site_admin.merge_threads(
                uow, uow.sites.get(site_id).id, key, into, by_id=CONSOLE, at=installation.at
            )
        )
    return Result(_as_json(merged), f"The comments of {key} are under {merged.key} now; {key} leads there.")


def _checked_key(key: str) -> str:
    try:
        checked: str = THREAD_CHANGE.load({"key": key})["key"]
    except ValidationError as problem:
        raise Invalid("key", problem.messages_dict["key"][0]) from problem
    return checked


def _as_json(thread: Thread) -> dict[str, object]:
    return {"id": thread.id, "key": thread.key, "url": thread.url, "title": thread.title}
