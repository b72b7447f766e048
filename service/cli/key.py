"""`rejoinder key`: the API keys of a site."""

import click

from moderation import account_admin
from moderation.accounts import Key, Scope
from moderation.errors import Invalid
from service.cli.installation import CONSOLE, open_installation
from service.cli.output import Result, prints_result, table


@click.group()
def key() -> None:
    """Manage API keys."""


@key.command("add")
@click.argument("site_id", metavar="SITE")
@click.option(
    "--scope",
    type=click.Choice([each.value for each in Scope]),
    default=Scope.READ.value,
    show_default=True,
    help="What the key allows; each scope includes those before it.",
)
@click.option("--name", default="key", show_default=True, help="A label, for lists and decisions.")
@click.option("--akismet", is_flag=True, help="A key of 12 digits for clients of Akismet; only with --scope check.")
@click.option("--coral", is_flag=True, help="For what Coral signs; its secret is asked for. Only with --scope check.")
@prints_result
def add_key(site_id: str, scope: str, name: str, akismet: bool, coral: bool) -> Result:
    """Add a key to a site and print it, once."""
    if coral:
        return _add_signing_key(site_id, scope, name)
    if akismet and scope != Scope.CHECK:
        raise Invalid("akismet", "such a key is short, so it is for checks only; add --scope check.")
    with open_installation() as installation:
        at = installation.at
        key_id, secret = installation.store.write(
            lambda uow: (
                account_admin.add_akismet_key(uow, site_id, name, by_id=CONSOLE, at=at)
                if akismet
                else account_admin.add_key(uow, site_id, name, Scope(scope), by_id=CONSOLE, at=at)
            )
        )
        with installation.store.read() as uow:
            may_approve = uow.sites.get(site_id).policy.may_approve
    value = {"key": secret, "id": key_id, "site": site_id, "scope": scope, "name": name}
    how = "Enter it as the Akismet API key." if akismet else "Send it in a header: Authorization: Bearer KEY."
    hint = "" if may_approve or not akismet else _ALL_HELD
    return Result(value, secret, note=f"This key is shown only once. {how}{hint}")


def _add_signing_key(site_id: str, scope: str, name: str) -> Result:
    if scope != Scope.CHECK:
        raise Invalid("coral", "a signing secret is for checks only; add --scope check.")
    secret = click.prompt("The signing secret that Coral shows", hide_input=True, err=True).strip()
    with open_installation() as installation:
        at = installation.at
        key_id = installation.store.write(
            lambda uow: account_admin.add_signing_key(uow, site_id, name, secret, by_id=CONSOLE, at=at)
        )
        url = f"{installation.settings.public_url}/v1/sites/{site_id}/coral"
    value = {"id": key_id, "site": site_id, "scope": scope, "name": name, "url": url}
    return Result(value, f"Key {key_id} is added. The phase's callback URL is {url}")


@key.command("list")
@click.argument("site_id", metavar="SITE")
@prints_result
def list_keys(site_id: str) -> Result:
    """List a site's keys, without their secrets."""
    with open_installation() as installation, installation.store.read() as uow:
        keys = uow.keys.all(uow.sites.get(site_id).id)
    rows = [(each.id, each.name, each.scope.value, _state(each)) for each in keys]
    text = table(("KEY", "NAME", "SCOPE", "STATE"), rows, empty=f"No keys yet. Add one: rejoinder key add {site_id}")
    return Result([_as_json(each) for each in keys], text)


@key.command("revoke")
@click.argument("key_id", metavar="KEY")
@prints_result
def revoke_key(key_id: str) -> Result:
    """Revoke a key, by its id from `key list`."""
    with open_installation() as installation:
        installation.store.write(lambda uow: account_admin.revoke_key(uow, key_id, by_id=CONSOLE, at=installation.at))
    return Result({"id": key_id, "revoked": True}, f"Key {key_id} is revoked.")


_ALL_HELD = (
    "\nThe policy of this site approves nothing by itself, so WordPress will leave every comment pending. "
    "docs/migrate.md says which policy lets good comments through."
)


def _state(key: Key) -> str:
    return f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else "works"


def _as_json(key: Key) -> dict[str, object]:
    revoked_at = key.revoked_at.isoformat() if key.revoked_at else None
    return {"id": key.id, "name": key.name, "scope": key.scope.value, "revoked_at": revoked_at}
