"""What the API says about one operation."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema

from moderation.accounts import Scope


@dataclass(frozen=True, slots=True)
class Route:
    """One operation. scope: what the caller must have, None for anybody; `register` enforces it.

    takes: its JSON body; takes_form: the same as a form; asks: its query; gives: its answer, with `status`.
    refuses: further statuses with which it may refuse, besides those that follow from the rest.
    """

    method: str
    url: str
    view: Callable[..., Any]
    scope: Scope | None = None
    takes: Schema | None = None
    asks: Schema | None = None
    gives: Schema | None = None
    status: int = 200
    takes_form: Schema | None = None
    refuses: tuple[int, ...] = ()
    kind: str = "application/json"
