"""The addresses of a comment's pages and actions, with the filters of the list that one came from."""

from collections.abc import Callable, Mapping

from flask import url_for

ANY = "~comment~"
"""Stands for the id while an address is made. A tilde is in no id and is not quoted in a path."""


def comment_urls() -> Callable[..., str]:
    """`comment_url(endpoint, comment_id, args)` for one page: one of each kind is made, others differ by id."""
    made: dict[tuple[object, ...], str] = {}

    def comment_url(endpoint: str, comment_id: str, args: Mapping[str, object]) -> str:
        key = (endpoint, *args.items())
        if key not in made:
            made[key] = url_for(f"dashboard.{endpoint}", comment_id=ANY, **dict(args))  # type: ignore[arg-type]
        return made[key].replace(ANY, comment_id, 1)

    return comment_url
