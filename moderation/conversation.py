"""A thread in the order in which people read it: each reply under what it answers."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from moderation.comment import PublicComment


def in_reply_order(comments: Sequence[PublicComment]) -> list[PublicComment]:
    """Every comment once, replies after their parent, siblings in the order given; depth and parent set.

    A reply whose parent is not among them stands at depth 0 and names no parent; so does the first of any that
    answer each other in a circle. No recursion: a chain of any length is read in linear time.
    """
    known = {comment.id for comment in comments}
    replies: dict[str, list[PublicComment]] = defaultdict(list)
    for comment in comments:
        replies[comment.parent if comment.parent in known else ""].append(comment)
    placed: dict[str, PublicComment] = {}
    for start in [*replies[""], *comments]:  # the second time round only circles are left
        waiting = [replace(start, parent="", depth=0)]
        while waiting:
            comment = waiting.pop()
            if comment.id not in placed:
                placed[comment.id] = comment
                waiting.extend(replace(reply, depth=comment.depth + 1) for reply in reversed(replies[comment.id]))
    return list(placed.values())
