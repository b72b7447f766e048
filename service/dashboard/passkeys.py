"""One's own passkeys: add, name and remove them; and signing in with one."""

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation import passkeys
from moderation.errors import Invalid, NotFound
from moderation.messages import N_, Message
from moderation.passkey import Passkey
from moderation.passkeys import MAX_NAME
from moderation.sign_ins import note_failed_sign_in
from moderation.store import UnitOfWork
from service.auth import challenges
from service.auth.passkeys import (
    Answer,
    Party,
    options_to_add,
    options_to_sign_in,
    party_of,
    read_answer,
    verified_credential,
    verified_sign_count,
)
from service.dashboard.blueprint import bp
from service.dashboard.entry import Entry, enter_at_once, entered
from service.dashboard.labels import problem_sentence
from service.dashboard.login_redirect import page_after_sign_in
from service.dashboard.password import check_current_password, has_password
from service.dashboard.session import actor, admit_attempt, bound_to
from service.http.language import _
from service.resources import resources

ADD, SIGN_IN = "add", "sign in"
"""The purposes of challenges: only a form with the right password gets one to add a passkey."""

_EXPIRED = N_("it took longer than five minutes; try again.")


@bp.get("/passkeys")
def show_passkeys() -> str:
    """The list, and the form for one more."""
    return _page()


@bp.post("/passkeys/options")
def give_passkey_options() -> ResponseReturnValue:
    """For the script: what the browser needs to make a passkey, once the password is right."""
    me, party = actor(), _party()
    check_current_password()
    challenge = challenges.issue_challenge(resources().store.sealer, ADD, bound_to(), at=resources().now())
    with resources().store.read() as uow:
        known = uow.passkeys.of_moderator(me.id)
    return Response(options_to_add(party, me.id, me.name, challenge, known), mimetype="application/json")


@bp.post("/passkeys")
def add_passkey() -> ResponseReturnValue:
    """Keep what the browser made."""
    me, at, name = actor().id, resources().now(), request.form.get("name", "")
    try:
        answer = _answer(ADD)
        credential = verified_credential(_party(), answer)
        resources().store.write(lambda uow: passkeys.add(uow, me, name, credential, at=at))
    except Invalid as problem:
        return _page(problem), 422
    return redirect(url_for("dashboard.show_passkeys", said="added"), code=303)


@bp.post("/passkeys/<passkey_id>/name")
def rename_passkey(passkey_id: str) -> ResponseReturnValue:
    """Call it something else."""
    me, name = actor().id, request.form.get("name", "")
    try:
        resources().store.write(lambda uow: passkeys.rename(uow, me, passkey_id, name))
    except Invalid as problem:
        return _page(problem), 422
    return redirect(url_for("dashboard.show_passkeys", said="renamed"), code=303)


@bp.post("/passkeys/<passkey_id>/remove")
def remove_passkey(passkey_id: str) -> ResponseReturnValue:
    """Let nobody sign in with it any more."""
    me, at = actor().id, resources().now()
    resources().store.write(lambda uow: passkeys.remove(uow, me, passkey_id, at=at))
    return redirect(url_for("dashboard.show_passkeys", said="removed"), code=303)


@bp.get("/sign-in/passkey")
def give_sign_in_options() -> ResponseReturnValue:
    """For the script of the sign-in page: what the browser needs to sign in with a passkey."""
    party, at = _party(), resources().now()
    challenge = challenges.issue_challenge(resources().store.sealer, SIGN_IN, bound_to(), at=at)
    return Response(options_to_sign_in(party, challenge), mimetype="application/json")


@bp.post("/sign-in/passkey")
def use_passkey() -> ResponseReturnValue:
    """Start a session for what a passkey signed. It takes no second step, since a device verifies its user."""
    party, wanted = _party(), request.form.get("next", "")
    try:
        answer = _answer(SIGN_IN)
    except Invalid:
        return _refused(wanted)
    try:
        entry = resources().store.write(lambda uow: _entry(uow, party, answer))
    except Invalid:
        admit_attempt("", "")  # only failures count
        resources().store.write(lambda uow: note_failed_sign_in(uow, "", way="passkey", at=resources().now()))
        return _refused(wanted)
    return entered(entry, wanted)


def _refused(wanted: str) -> ResponseReturnValue:
    page = page_after_sign_in(wanted)
    return redirect(url_for("dashboard.show_sign_in", passkey="refused", next=page), code=303)


def _entry(uow: UnitOfWork, party: Party, answer: Answer) -> Entry:
    """Raises Invalid for a passkey that nobody has, a wrong signature and one that was used before."""
    at = resources().now()
    passkey = uow.passkeys.with_credential(answer.credential_id)
    if passkey is None or not _is_of_enabled(uow, passkey) or answer.user not in ("", passkey.moderator_id):
        raise Invalid("credential", Message(N_("nobody signs in with this passkey here.")))
    sign_count = verified_sign_count(party, answer, passkey)
    if not uow.accounts.spend(answer.challenge, passkey.moderator_id, until=at + challenges.LIFETIME, at=at):
        raise Invalid("credential", Message(_EXPIRED))
    uow.passkeys.note_use(passkey.id, sign_count=sign_count, at=at)
    return enter_at_once(uow, passkey.moderator_id, "passkey")


def _is_of_enabled(uow: UnitOfWork, passkey: Passkey) -> bool:
    return uow.accounts.moderator(passkey.moderator_id).disabled_at is None


def _answer(purpose: str) -> Answer:
    """The browser's answer to a challenge of ours. Raises Invalid."""
    answer, sealer = read_answer(request.form.get("credential", "")), resources().store.sealer
    if not challenges.is_ours(sealer, answer.challenge, purpose, bound_to(), at=resources().now()):
        raise Invalid("credential", Message(_EXPIRED))
    return answer


def _party() -> Party:
    """Raises NotFound where browsers make no passkeys."""
    party = party_of(resources().settings.public_url)
    if party is None:
        raise NotFound("page")
    return party


SAID = {
    "added": N_("The passkey is added. Sign in with it from now on, without a password or a code."),
    "renamed": N_("Saved."),
    "removed": N_("The passkey is removed. Nobody signs in with it any more."),
}


def _page(problem: Invalid | None = None) -> str:
    public_url = resources().settings.public_url
    with resources().store.read() as uow:
        listed = uow.passkeys.of_moderator(actor().id)
    return render_template(
        "dashboard/passkeys.html",
        passkeys=listed,
        is_possible=party_of(public_url) is not None,
        public_url=public_url,
        has_password=has_password(),
        most_name=MAX_NAME,
        problem=problem_sentence(problem.field, problem.problem) if problem else "",
        said=_(SAID[said]) if (said := request.args.get("said", "")) in SAID else "",
    )
