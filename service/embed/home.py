"""The page at the address of the installation itself: what this is, and where moderators and developers go."""

from flask import Response

from service.embed.views import bp
from service.submissions.plain_form import embed_page


@bp.get("/")
def show_home() -> Response:
    """A name and two links. It does not say which version runs."""
    return embed_page("home.html")
