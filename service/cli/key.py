"""`rejoinder key`: the keys with which programs speak for a site."""

import click

from moderation import account_admin
from moderation.accounts import Key, Scope
from service.cli.installation import BY, installation
from service.cli.output import Answer, answers, table


@click.group()
def key() -> None:
    """Add, list and revoke keys."""


@key.command("add")
@click.argument("site_id", metavar="SITE")
@click.option(
    "--scope",
    type=click.Choice([each.value for each in Scope]),
    default=Scope.READ.value,
    show_default=True,
    help="What it may do; each scope includes those before it.",
)
@click.option("--name", default="console", show_default=True, help="What it is for, so that you know it again.")
@answers
def add_key(site_id: str, scope: str, name: str) -> Answer:
    """Make a key. It is shown once."""
    with installation() as opened:
        key_id, secret = opened.store.write(
            lambda uow: account_admin.add_key(uow, site_id, name, Scope(scope), by_id=BY, at=opened.at)
        )
    value = {"key": secret, "id": key_id, "site": site_id, "scope": scope, "name": name}
    return Answer(value, f"{secret}\n\nThis is the only time it is shown. Send it as: Authorization: Bearer {secret}")


@key.command("list")
@click.argument("site_id", metavar="SITE")
@answers
def list_keys(site_id: str) -> Answer:
    """List a site's keys, without their secrets."""
    with installation() as opened, opened.store.read() as uow:
        keys = uow.accounts.keys(uow.sites.get(site_id).id)
    lines = [(each.id, each.name, each.scope.value, _state(each)) for each in keys]
    text = table(("KEY", "NAME", "SCOPE", "STATE"), lines, empty=f"No key yet: rejoinder key add {site_id}")
    return Answer([_shown(each) for each in keys], text)


@key.command("revoke")
@click.argument("key_id", metavar="KEY")
@answers
def revoke_key(key_id: str) -> Answer:
    """Make a key worthless, by its id as `key list` shows it."""
    with installation() as opened:
        opened.store.write(lambda uow: account_admin.revoke_key(uow, key_id, by_id=BY, at=opened.at))
    return Answer({"id": key_id, "revoked": True}, f"Key {key_id} opens nothing any more.")


def _state(key: Key) -> str:
    return f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else "works"


def _shown(key: Key) -> dict[str, object]:
    revoked_at = key.revoked_at.isoformat() if key.revoked_at else None
    return {"id": key.id, "name": key.name, "scope": key.scope.value, "revoked_at": revoked_at}
