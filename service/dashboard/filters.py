"""The queue's filters: from a query string to a search and back, always by way of what we know to be allowed."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from moderation.comment import Status
from moderation.decided_by import POLICY
from moderation.errors import Invalid
from moderation.messages import N_, Message
from moderation.queue import Order, Search
from moderation.reasons import Reason
from moderation.store.sealing import SealBroken, Sealer
from moderation.thread_key import normal_key
from service.dashboard.labels import reason_name
from service.http.language import _

PAGE_LENGTH = 25

SCORES = ("spam_from", "spam_to", "abuse_from", "abuse_to")
"""Bounds of scores, in whole percent."""

DAYS = ("first_day", "last_day")
"""The first and the last day on which a comment was received (UTC), as in 2026-11-30."""

FIELDS: tuple[str, ...] = (
    *("status", "site", "reason", "author", "author_of", "campaign", "thread", "text"),
    *("network", "link", "language", "by", *SCORES, *DAYS, "order", "cursor"),
)
"""What a query string may say. A sealed e-mail address (`author=~…`) is the only author that needs hiding."""

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter that is switched on: its field, and the words for it."""

    field: str
    words: str


def search_of(args: Mapping[str, str], sites: tuple[str, ...], sealer: Sealer) -> Search:
    """What the query string asks for, among those sites. Raises Invalid, naming the field."""
    site = args.get("site", "")
    if site and site not in sites:
        raise Invalid(
            "site", Message(N_("there is no such site, or you do not moderate it; choose one of the list."))
        )
    status = _choice(Status, "status", args, Status.PENDING)
    decided_order = Order.NEWEST if any(args.get(field) for field in DAYS) else Order.DECIDED
    usual_order = Order.PRIORITY if status is Status.PENDING else decided_order
    return Search(
        sites=(site,) if site else sites,
        status=status,
        reason=_choice(Reason, "reason", args, None),
        author=opened(args.get("author", ""), sealer),
        author_of=args.get("author_of", ""),
        campaign=args.get("campaign", ""),
        thread=normal_key(args.get("thread", "")),
        text=args.get("text", ""),
        network=args.get("network", ""),
        link=args.get("link", "").strip().removeprefix("https://").removeprefix("http://").strip("/"),
        language=args.get("language", ""),
        decided_by=args.get("by", ""),
        **{field: _percent(field, args) for field in SCORES},
        since=_day(args, "first_day"),
        until=_day_after(args, "last_day"),
        order=_choice(Order, "order", args, usual_order) or usual_order,
        limit=PAGE_LENGTH,
        cursor=args.get("cursor", ""),
    )


def kept_args(args: Mapping[str, str]) -> dict[str, str]:
    """What a link or a form must carry so that one returns to the same list."""
    return {field: args[field] for field in FIELDS if args.get(field, "").strip()}


def link_args(args: MultiDict[str, str]) -> dict[str, str]:
    """As kept_args, of a link that somebody opened. Raises Invalid for a field that is there twice, as /v1 does."""
    for field in FIELDS:
        if len(args.getlist(field)) > 1:
            raise Invalid(field, Message(N_("it is there twice in this link; give it once.")))
    return kept_args(args)


def asked_args(form: Mapping[str, str], sealer: Sealer) -> dict[str, str]:
    """The query string for what somebody typed into the filters. An e-mail address never gets into it unsealed."""
    asked = kept_args({**form, "cursor": "", "author": form.get("author") or form.get("author_kept", "")})
    if "@" in asked.get("author", ""):
        asked["author"] = _sealed(asked["author"].strip(), sealer)
    return asked


def filters_of(args: Mapping[str, str]) -> Iterator[Filter]:
    """The filters that are switched on, for people."""
    if site := args.get("site"):
        yield Filter("site", _("Site: %(site)s", site=site))
    if reason := args.get("reason"):
        yield Filter("reason", _("Reason: %(reason)s", reason=reason_name(reason)))
    if author := args.get("author"):
        yield Filter(
            "author", _("Author: an email address") if is_sealed(author) else _("Author: %(author)s", author=author)
        )
    if args.get("author_of"):
        yield Filter("author_of", _("Comments by one author"))
    if args.get("campaign"):
        yield Filter("campaign", _("Comments of one campaign"))
    if thread := args.get("thread"):
        yield Filter("thread", _("Page: %(page)s", page=thread))
    if text := args.get("text"):
        yield Filter("text", _("Text: %(text)s", text=text))
    if by := args.get("by"):
        yield Filter("by", _("Decided by the policy") if by == POLICY.id else _("Decided by one moderator"))
    for field, words in _PLAIN.items():
        if value := args.get(field):
            yield Filter(field, _(words, value=value))


_PLAIN = {
    "network": N_("Network: %(value)s"),
    "link": N_("Link to: %(value)s"),
    "language": N_("Language: %(value)s"),
    "spam_from": N_("Spam from %(value)s%%"),
    "spam_to": N_("Spam to %(value)s%%"),
    "abuse_from": N_("Abuse from %(value)s%%"),
    "abuse_to": N_("Abuse to %(value)s%%"),
    "first_day": N_("From %(value)s on"),
    "last_day": N_("To %(value)s"),
}
"""Filters whose words are their value."""


def is_sealed(author: str) -> bool:
    """Whether the author in a query string is a sealed e-mail address."""
    return author.startswith("~")


def _percent(field: str, args: Mapping[str, str]) -> float | None:
    said = args.get(field, "").strip()
    if not said:
        return None
    if not (said.isascii() and said.isdigit() and int(said[:4]) <= 100):
        raise Invalid(field, Message(N_("give a whole percentage from 0 to 100.")))
    return int(said) / 100


def _day(args: Mapping[str, str], field: str) -> datetime | None:
    said = args.get(field, "").strip()
    if not said:
        return None
    try:
        return datetime.combine(date.fromisoformat(said), time(), UTC)
    except ValueError as problem:
        raise Invalid(field, Message(N_("give a day such as 2026-11-30."))) from problem


def _day_after(args: Mapping[str, str], field: str) -> datetime | None:
    """The end of the day."""
    day = _day(args, field)
    try:
        return day + timedelta(days=1) if day else None
    except OverflowError:
        return None


def _choice(kind: type[Choice], field: str, args: Mapping[str, str], default: Choice | None) -> Choice | None:
    said = args.get(field, "")
    if not said:
        return default
    if said not in set(kind):
        raise Invalid(field, Message(N_("must be one of: %(choices)s."), {"choices": list(kind)}))
    return kind(said)


def _sealed(address: str, sealer: Sealer) -> str:
    return "~" + base64.urlsafe_b64encode(sealer.seal(address.encode(), about="search")).decode()


def opened(author: str, sealer: Sealer) -> str:
    """The author in a query string, unsealed. Raises Invalid."""
    if not is_sealed(author):
        return author
    try:
        return sealer.open(base64.urlsafe_b64decode(author[1:]), about="search").decode()
    except (binascii.Error, ValueError, SealBroken) as problem:
        raise Invalid("author", Message(N_("this link is broken; search for the author again."))) from problem
