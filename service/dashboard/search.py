"""The filters' form: by POST, because somebody may type an e-mail address, which must not get into a URL."""

from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from service.dashboard.blueprint import bp
from service.dashboard.filters import asked_args
from service.resources import resources


@bp.post("/search")
def search() -> ResponseReturnValue:
    """Send the browser to the list that the form asks for."""
    asked: dict[str, Any] = {**asked_args(request.form, resources().store.sealer)}
    return redirect(url_for("dashboard.show_queue", **asked), code=303)
