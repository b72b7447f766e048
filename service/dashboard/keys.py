"""A site's API keys: add, shown once, and revoke."""

from flask import request
from flask.typing import ResponseReturnValue

from moderation import account_admin
from moderation.accounts import Scope
from moderation.errors import Invalid
from moderation.messages import N_, Message
from moderation.store import UnitOfWork
from service.dashboard.blueprint import bp
from service.dashboard.session import actor
from service.dashboard.settings import check_owner, saved, settings_page
from service.http.language import _
from service.resources import resources

SECTION = "show_keys"

SCOPES = {
    Scope.CHECK: N_("Check texts for another comment system"),
    Scope.SUBMIT: N_("… and submit comments for the site"),
    Scope.READ: N_("… and read comments, pending ones too"),
    Scope.MODERATE: N_("… and approve and reject them"),
    Scope.ADMIN: N_("… and change the policy and the webhooks"),
}
"""What each scope allows, in words; each includes those before it."""

API, AKISMET, CORAL = "api", "akismet", "coral"
MIN_SIGNING_SECRET = 16


@bp.get("/sites/<site_id>/keys")
def show_keys(site_id: str) -> str:
    """The keys, without their secrets, and the forms for new ones."""
    check_owner(site_id)
    return _page(site_id)


@bp.post("/sites/<site_id>/keys")
def add_key(site_id: str) -> ResponseReturnValue:
    """Add a key. Its secret is on this page and nowhere else."""
    check_owner(site_id)
    try:
        secret = resources().store.write(lambda uow: _added(uow, site_id, request.form.get("kind", API)))
    except Invalid as problem:
        return _page(site_id, problem), 422
    return _page(site_id, secret=secret, added=request.form.get("kind", API)), 201


@bp.post("/sites/<site_id>/keys/<key_id>/revoke")
def revoke_key(site_id: str, key_id: str) -> ResponseReturnValue:
    """Revoke a key at once."""
    check_owner(site_id)
    by_id, at = actor().id, resources().now()
    resources().store.write(lambda uow: account_admin.revoke_key(uow, key_id, of_site=site_id, by_id=by_id, at=at))
    return saved(SECTION, site_id, "revoked")


def _page(site_id: str, problem: Invalid | None = None, *, secret: str = "", added: str = "") -> str:
    with resources().store.read() as uow:
        keys = uow.keys.all(site_id)
    return settings_page(
        SECTION,
        site_id,
        problem=problem,
        keys=sorted(keys, key=lambda each: (each.revoked_at is not None, each.id)),
        scopes={scope.value: _(words) for scope, words in SCOPES.items()},
        secret=secret,
        added=added,
        coral_url=f"{resources().settings.public_url}/v1/sites/{site_id}/coral",
    )


def _added(uow: UnitOfWork, site_id: str, kind: str) -> str:
    """The secret of a new key; "" for one whose secret its owner knows already. Raises Invalid."""
    by_id, at, name = actor().id, resources().now(), request.form.get("name", "").strip()
    if kind == AKISMET:
        return account_admin.add_akismet_key(uow, site_id, name, by_id=by_id, at=at)[1]
    if kind == CORAL:
        account_admin.add_signing_key(uow, site_id, name, _signing_secret(), by_id=by_id, at=at)
        return ""
    scope = request.form.get("scope", "")
    if scope not in set(Scope):
        raise Invalid("scope", Message(N_("choose one of the answers in the list.")))
    return account_admin.add_key(uow, site_id, name, Scope(scope), by_id=by_id, at=at)[1]


def _signing_secret() -> str:
    secret = request.form.get("secret", "").strip()
    if len(secret) < MIN_SIGNING_SECRET:
        text = N_("copy the whole signing secret that Coral shows; it has at least %(least)s characters.")
        raise Invalid("secret", Message(text, {"least": MIN_SIGNING_SECRET}))
    return secret
