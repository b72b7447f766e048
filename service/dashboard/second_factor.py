"""Setting one's own second factor up, new recovery codes, and turning it off.

The secret is on the page that makes it and nowhere else, so what somebody else began is not what gets confirmed.
"""

from urllib.parse import urlsplit

import segno
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from moderation import second_factors
from moderation.errors import Invalid
from moderation.second_factor import app_url, secret_text
from service.dashboard.blueprint import bp
from service.dashboard.labels import problem_sentence
from service.dashboard.password import check_current_password, has_password
from service.dashboard.session import actor, admit_code
from service.resources import resources


@bp.get("/second-factor")
def show_second_factor() -> str:
    """Whether it is on, and what can be done."""
    return _page()


@bp.post("/second-factor")
def begin_second_factor() -> ResponseReturnValue:
    """Make a secret for the app, and show it."""
    me, at = actor().id, resources().now()
    try:
        check_current_password()
        secret = resources().store.write(lambda uow: second_factors.begin(uow, me, at=at))
    except Invalid as problem:
        return _page(problem), 422
    return _page(secret=secret)


@bp.post("/second-factor/confirm")
def confirm_second_factor() -> ResponseReturnValue:
    """Turn it on with the first code, and show the recovery codes."""
    me, at, code = actor().id, resources().now(), request.form.get("code", "")
    try:
        codes = resources().store.write(lambda uow: second_factors.confirm(uow, me, code, at=at))
    except Invalid as problem:
        return _page(problem, secret=_unconfirmed(request.form.get("secret", ""))), 422
    return _page(codes=codes)


@bp.post("/second-factor/codes")
def replace_recovery_codes() -> ResponseReturnValue:
    """Make new recovery codes, and show them."""
    me, at, code = actor().id, resources().now(), request.form.get("code", "")
    admit_code(me)
    try:
        codes = resources().store.write(lambda uow: second_factors.replace_codes(uow, me, code, at=at))
    except Invalid as problem:
        return _page(problem), 422
    return _page(codes=codes)


@bp.post("/second-factor/off")
def turn_off_second_factor() -> ResponseReturnValue:
    """Turn it off, which takes a code."""
    me, at, code = actor().id, resources().now(), request.form.get("code", "")
    admit_code(me)
    try:
        resources().store.write(lambda uow: second_factors.turn_off(uow, me, code, at=at))
    except Invalid as problem:
        return _page(problem), 422
    return redirect(url_for("dashboard.show_second_factor", off=1), code=303)


def _unconfirmed(given: str) -> bytes | None:
    """The secret that is being set up, if the form that was sent showed it."""
    with resources().store.read() as uow:
        found = uow.second_factors.get(actor().id)
    return found.secret if found and not found.is_on and secret_text(found.secret) == given else None


def _page(problem: Invalid | None = None, *, secret: bytes | None = None, codes: list[str] | None = None) -> str:
    me = actor()
    with resources().store.read() as uow:
        is_on, left = uow.second_factors.is_on(me.id), uow.second_factors.recovery_codes_left(me.id)
    return render_template(
        "dashboard/second_factor.html",
        is_on=is_on,
        codes_left=left,
        codes=codes,
        secret=secret_text(secret) if secret else "",
        picture=_picture(secret) if secret else "",
        has_password=has_password(),
        problem=problem_sentence(problem.field, problem.problem) if problem else "",
    )


def _picture(secret: bytes) -> Markup:
    """The QR code as an SVG element, dark on light in every theme, since cameras want it so."""
    host = urlsplit(resources().settings.public_url).netloc
    code = segno.make(app_url(secret, actor().name, host), error="m", micro=False)
    return Markup(code.svg_inline(omitsize=True, dark="#000", light="#fff", svgclass="qr", lineclass=None))  # noqa: S704
