"""Who made a decision."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DecidedBy:
    """Who decided: a moderator ("mod_…"), a key ("key_…"), the site's policy, or the comment's author.

    name: fit to show moderators; those of policy and author are words for programs, and pages show their own.
    """

    id: str
    name: str


POLICY = DecidedBy(id="policy", name="policy")
AUTHOR = DecidedBy(id="author", name="author")
