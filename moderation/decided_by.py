"""Who made a decision."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DecidedBy:
    """Who decided: a moderator ("mod_…"), a key ("key_…") or the site's policy.

    name: fit to show moderators; that of the policy is a word for programs, and pages show their own.
    """

    id: str
    name: str


POLICY = DecidedBy(id="policy", name="policy")
