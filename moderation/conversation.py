"""A thread in the order in which people read it: each reply under what it answers."""

from collections import defaultdict
from collections.abc import Sequence, Set
from enum import StrEnum
from typing import NamedTuple, Protocol


class Reply(Protocol):
    """What the order of a comment depends on. parent: the id of the comment that it answers, or ""."""

    @property
    def id(self) -> str:
        """The comment's id."""

    @property
    def parent(self) -> str:
        """The id of its parent."""

    @property
    def is_withdrawn(self) -> bool:
        """Whether only its place is left."""


class Place(NamedTuple):
    """Where a comment stands. depth: 0 for a comment on the page, 1 for a reply to it, and so on."""

    id: str
    parent: str = ""
    depth: int = 0
    is_withdrawn: bool = False


class Order(StrEnum):
    """In which order a page shows its conversations. Within one, replies always stand under what they answer."""

    OLDEST = "oldest"
    NEWEST = "newest"
    REPLIES = "replies"


def reordered(places: Sequence[Place], order: Order) -> Sequence[Place]:
    """The same conversations in another order. places: in reply order, the oldest conversation first.

    By replies, the longest conversation comes first, and of equally long ones the oldest.
    """
    if order is Order.OLDEST:
        return places
    starts = [index for index, place in enumerate(places) if place.depth == 0]
    ends = [*starts[1:], len(places)]
    conversations = [places[start:end] for start, end in zip(starts, ends, strict=True)]
    if order is Order.NEWEST:
        conversations.reverse()
    else:
        conversations.sort(key=len, reverse=True)
    return [place for conversation in conversations for place in conversation]


def in_reply_order(comments: Sequence[Reply]) -> list[Place]:
    """Every comment once, replies after their parent, siblings in the order given.

    One that was withdrawn is left out unless something that was not answers it, directly or further down.
    A reply whose parent is not among them stands at depth 0 and names no parent; so does the first of any that
    answer each other in a circle. No recursion: a chain of any length is read in linear time.
    """
    known = {comment.id for comment in comments}
    replies: dict[str, list[str]] = defaultdict(list)
    for comment in comments:
        replies[comment.parent if comment.parent in known else ""].append(comment.id)
    placed: dict[str, Place] = {}
    for start in [*replies[""], *(comment.id for comment in comments)]:  # the second time only circles are left
        waiting = [Place(start)]
        while waiting:
            place = waiting.pop()
            if place.id not in placed:
                placed[place.id] = place
                depth = place.depth + 1
                waiting.extend(Place(reply, place.id, depth) for reply in reversed(replies.get(place.id, ())))
    withdrawn = {comment.id for comment in comments if comment.is_withdrawn}
    return _with_tombstones(list(placed.values()), withdrawn) if withdrawn else list(placed.values())


def _with_tombstones(places: Sequence[Place], withdrawn: Set[str]) -> list[Place]:
    answered: set[str] = set()
    kept = []
    for place in reversed(places):  # so that replies come before what they answer
        if place.id not in withdrawn or place.id in answered:
            answered.add(place.parent)
            kept.append(place._replace(is_withdrawn=place.id in withdrawn))
    return kept[::-1]
