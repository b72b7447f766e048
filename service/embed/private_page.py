"""Pages whose address is a secret: no Referer tells it on, and nothing keeps a copy."""

from typing import Any

from flask import Response, request

from service.submissions.plain_form import embed_page


def private_page(template: str, **values: Any) -> Response:
    """A page of `templates/embed` that only whoever got its address by mail can open."""
    answer = embed_page(template, here=request.path, **values)
    return unkept(answer)


def unkept(answer: Response) -> Response:
    """The answer, which no cache keeps and from which no link tells the address."""
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer
