"""Rules about senders: making one, ending it, and finding those that decide about comments.

Each change writes its entry in the audit trail; it names the kind of the rule and nobody's address.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from moderation.audit import AuditEvent
from moderation.comment import Comment
from moderation.decided_by import DecidedBy
from moderation.errors import Invalid
from moderation.ids import new_id
from moderation.messages import N_, Message
from moderation.rules import History
from moderation.sender_rule import SenderKind, SenderRule, strongest
from moderation.store import UnitOfWork

KNOWN_FROM_DOMAIN = 3
"""A mail domain with so many known authors is everybody's, and blocking it would block them."""


def add_sender_rule(
    uow: UnitOfWork,
    comment: Comment,
    kind: SenderKind,
    by: DecidedBy,
    *,
    lifetime: timedelta | None = None,
    at: datetime,
) -> SenderRule:
    """Make a rule about the sender of this comment; one that is active already is made anew.

    Raises Invalid where nothing is known by which to find the sender, and for a domain that known authors write from.
    """
    key = uow.sender_rules.keys_of([comment.id])[comment.id].get(kind, b"")
    if not key:
        raise Invalid("kind", _NOTHING_KNOWN[kind])
    if kind is SenderKind.DOMAIN:
        _check_domain(uow, comment.site_id, key)
    label = comment.masked_address if kind is SenderKind.NETWORK else comment.name
    until = None if lifetime is None else at + lifetime
    rule = SenderRule(new_id("rule", at=at), comment.site_id, kind, key, comment.id, label, by, at, until)
    for earlier in uow.sender_rules.active(comment.site_id, key, kind, at=at):
        uow.sender_rules.end(earlier.id, at=at)
    uow.sender_rules.add(rule)
    detail = {"kind": kind.value, "until": until.isoformat() if until else ""}
    uow.audit.append(comment.site_id, [AuditEvent(at, by.id, "sender.rule_added", rule.id, detail)])
    return rule


def end_sender_rule(uow: UnitOfWork, rule_id: str, *, by_id: str, at: datetime) -> SenderRule:
    """End a rule; what it decided stands. Ending it twice changes nothing. Raises NotFound."""
    rule = uow.sender_rules.get(rule_id)
    if rule.is_active(at):
        uow.sender_rules.end(rule_id, at=at)
        uow.audit.append(rule.site_id, [AuditEvent(at, by_id, "sender.rule_ended", rule_id)])
    return uow.sender_rules.get(rule_id)


def with_senders(
    uow: UnitOfWork, histories: Mapping[str, History], comments: Sequence[Comment], *, at: datetime
) -> dict[str, History]:
    """The histories with the rule about its sender, where a comment has one. Sites without rules cost one look."""
    known = dict(histories)
    of_sites = uow.sender_rules.sites_with_rules({comment.site_id for comment in comments}, at=at)
    concerned = {comment.id: comment for comment in comments if comment.site_id in of_sites}
    if not concerned:
        return known
    keys = uow.sender_rules.keys_of(list(concerned))
    for id, comment in concerned.items():
        if comment.campaign:  # it is being written in this transaction
            keys.setdefault(id, {})[SenderKind.CAMPAIGN] = comment.campaign.encode()
    for id, rule in uow.sender_rules.matching({id: (concerned[id].site_id, keys[id]) for id in keys}, at=at).items():
        known[id] = replace(known.get(id, History()), sender=strongest(rule))
    return known


def _check_domain(uow: UnitOfWork, site_id: str, key: bytes) -> None:
    known = uow.sender_rules.known_authors_from(site_id, key)
    if known >= KNOWN_FROM_DOMAIN:
        text = N_("%(n)s authors whose comments you approved write from this mail domain; block the address instead.")
        raise Invalid("kind", Message(text, {"n": known}))


_NO_ADDRESS = Message(N_("this comment has no email address to find its author by."))
_NOTHING_KNOWN = {
    **dict.fromkeys((SenderKind.TRUST, SenderKind.MUTE, SenderKind.ADDRESS, SenderKind.DOMAIN), _NO_ADDRESS),
    SenderKind.NETWORK: Message(N_("the network that this comment came from is not known.")),
    SenderKind.CAMPAIGN: Message(N_("this comment belongs to no campaign.")),
}
