"""`rejoinder key`: the keys with which programs speak for a site."""

import click

from moderation.accounts import Key, Scope
from moderation.store import Rows
from service.cli.answers import Answer, answers, table
from service.cli.installation import Installation, installation


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
        key_id, secret = opened.store.write(lambda rows: _add(opened, rows, site_id, name, Scope(scope)))
    value = {"key": secret, "id": key_id, "site": site_id, "scope": scope, "name": name}
    return Answer(value, f"{secret}\n\nThis is the only time it is shown. Send it as: Authorization: Bearer {secret}")


@key.command("list")
@click.argument("site_id", metavar="SITE")
@answers
def list_keys(site_id: str) -> Answer:
    """List a site's keys, without their secrets."""
    with installation() as opened, opened.store.read() as rows:
        keys = rows.accounts.keys(rows.sites.get(site_id).id)
    lines = [(each.id, each.name, each.scope.value, _state(each)) for each in keys]
    text = table(("KEY", "NAME", "SCOPE", "STATE"), lines, empty=f"No key yet: rejoinder key add {site_id}")
    return Answer([_shown(each) for each in keys], text)


@key.command("revoke")
@click.argument("key_id", metavar="KEY")
@answers
def revoke_key(key_id: str) -> Answer:
    """Make a key worthless, by its id as `key list` shows it."""
    with installation() as opened:
        opened.store.write(lambda rows: _revoke(opened, rows, key_id))
    return Answer({"id": key_id, "revoked": True}, f"Key {key_id} opens nothing any more.")


def _add(opened: Installation, rows: Rows, site_id: str, name: str, scope: Scope) -> tuple[str, str]:
    key_id, secret = rows.accounts.add_key(site_id, name, scope, at=opened.at)
    opened.note(rows, site_id, "key.added", key_id, scope=scope.value)
    return key_id, secret


def _revoke(opened: Installation, rows: Rows, key_id: str) -> None:
    rows.accounts.revoke_key(key_id, at=opened.at)
    [site_id] = [
        site.id for site in rows.sites.all() if any(each.id == key_id for each in rows.accounts.keys(site.id))
    ]
    opened.note(rows, site_id, "key.revoked", key_id)


def _state(key: Key) -> str:
    return f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else "works"


def _shown(key: Key) -> dict[str, object]:
    revoked_at = key.revoked_at.isoformat() if key.revoked_at else None
    return {"id": key.id, "name": key.name, "scope": key.scope.value, "revoked_at": revoked_at}
