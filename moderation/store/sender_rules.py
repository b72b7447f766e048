"""Rules about senders in the store, and by what the sender of a comment is found."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, or_, select, update

from moderation.decided_by import DecidedBy
from moderation.errors import NotFound
from moderation.sender_rule import SenderKind, SenderRule
from moderation.store.database.any_of import any_of
from moderation.store.tables import IN_FORCE, LIVE, comments, sender_rules

MOST_LOOKED_AT = 2_000
"""Among how many of a site's latest approved comments known authors of a mail domain are looked for."""

Keys = Mapping[SenderKind, bytes]


class SenderRuleRepository:
    """The rules of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, rule: SenderRule) -> None:
        """Store a rule."""
        values = {
            "id": rule.id,
            "site_id": rule.site_id,
            "kind": rule.kind.value,
            "key": rule.key,
            "about": rule.about,
            "label": rule.label,
            "by_id": rule.by.id,
            "by_name": rule.by.name,
            "at": rule.at,
            "until": rule.until,
        }
        self._connection.execute(insert(sender_rules), values)

    def end(self, rule_id: str, *, at: datetime) -> None:
        """End a rule now. By what it found its sender is deleted."""
        ended = {"ended_at": at, "key": b""}
        self._connection.execute(update(sender_rules).where(sender_rules.c.id == rule_id).values(**ended))

    def forget_expired(self, *, at: datetime) -> None:
        """Delete by what the rules found their senders that have ended by themselves."""
        is_over = (sender_rules.c.ended_at.is_(None), sender_rules.c.until <= at)
        ended = {"ended_at": sender_rules.c.until, "key": b""}
        self._connection.execute(update(sender_rules).where(*is_over).values(**ended))

    def of_author(self, email_key: bytes, *, sites_of: Collection[str] | None) -> list[SenderRule]:
        """The rules in force that find their sender by this key, on these sites, or on all."""
        query = select(sender_rules).where(IN_FORCE, sender_rules.c.key == email_key)
        if sites_of is not None:
            query = query.where(any_of(sender_rules.c.site_id, sorted(sites_of)))
        return [_rule_from(row) for row in self._connection.execute(query.order_by(sender_rules.c.id))]

    def get(self, rule_id: str) -> SenderRule:
        """One rule, ended or not. Raises NotFound."""
        row = self._connection.execute(select(sender_rules).where(sender_rules.c.id == rule_id)).one_or_none()
        if row is None:
            raise NotFound("rule", rule_id)
        return _rule_from(row)

    def of_sites(self, site_ids: Collection[str], *, at: datetime, limit: int) -> list[SenderRule]:
        """The active rules of these sites, the newest first."""
        query = select(sender_rules).where(any_of(sender_rules.c.site_id, sorted(site_ids)), *_active(at))
        rows = self._connection.execute(query.order_by(sender_rules.c.at.desc(), sender_rules.c.id).limit(limit))
        return [_rule_from(row) for row in rows]

    def active(self, site_id: str, key: bytes, kind: SenderKind, *, at: datetime) -> list[SenderRule]:
        """The active rules of one kind about one sender."""
        same = (sender_rules.c.site_id == site_id, sender_rules.c.key == key, sender_rules.c.kind == kind.value)
        return [_rule_from(row) for row in self._connection.execute(select(sender_rules).where(*same, *_active(at)))]

    def about(self, comment_id: str, *, at: datetime) -> list[SenderRule]:
        """The active rules that would decide about another comment by the sender of this one."""
        site = self._connection.scalar(select(comments.c.site_id).where(comments.c.id == comment_id))
        keys = self.keys_of([comment_id])
        found = self.matching({id: (site or "", each) for id, each in keys.items()}, at=at)
        return found.get(comment_id, [])

    def sites_with_rules(self, site_ids: Collection[str], *, at: datetime) -> set[str]:
        """Those of the sites that have any active rule."""
        query = select(sender_rules.c.site_id).where(any_of(sender_rules.c.site_id, sorted(site_ids)), *_active(at))
        return set(self._connection.scalars(query.distinct()))

    def keys_of(self, comment_ids: Sequence[str]) -> dict[str, dict[SenderKind, bytes]]:
        """By comment, by what rules of each kind find its sender; what is not known is left out."""
        columns = (comments.c.id, comments.c.email_sealed, comments.c.email_key, comments.c.domain_key)
        others = (comments.c.masked_address, comments.c.campaign)
        rows = self._connection.execute(select(*columns, *others).where(any_of(comments.c.id, comment_ids)))
        return {row.id: _keys(row) for row in rows}

    def matching(self, senders: Mapping[str, tuple[str, Keys]], *, at: datetime) -> dict[str, list[SenderRule]]:
        """By comment, the active rules of its site that find its sender."""
        keys = sorted({key for _, each in senders.values() for key in each.values()})
        sites = sorted({site_id for site_id, _ in senders.values()})
        if not keys:
            return {}
        asked = (any_of(sender_rules.c.site_id, sites), sender_rules.c.key.in_(keys), *_active(at))
        rules: dict[tuple[str, SenderKind, bytes], SenderRule] = {}
        for row in self._connection.execute(select(sender_rules).where(*asked)):
            rule = _rule_from(row)
            rules[rule.site_id, rule.kind, rule.key] = rule
        found = {
            id: [rules[site_id, kind, key] for kind, key in each.items() if (site_id, kind, key) in rules]
            for id, (site_id, each) in senders.items()
        }
        return {id: some for id, some in found.items() if some}

    def known_authors_from(self, site_id: str, domain_key: bytes) -> int:
        """How many authors with this mail domain are among the latest approved comments of a site."""
        is_approved = (comments.c.site_id == site_id, comments.c.status == "approved", LIVE)
        latest = (
            select(comments.c.id).where(*is_approved).order_by(comments.c.received_at.desc()).limit(MOST_LOOKED_AT)
        )
        authors = select(func.count(comments.c.email_key.distinct())).where(
            comments.c.id.in_(latest), comments.c.domain_key == domain_key
        )
        return self._connection.scalar(authors) or 0

    def networks_of(self, comment_id: str) -> int:
        """From how many networks the author of this comment wrote on its site."""
        own = comments.alias("own")
        same = and_(own.c.site_id == comments.c.site_id, own.c.email_key == comments.c.email_key)
        query = select(func.count(comments.c.masked_address.distinct())).select_from(comments.join(own, same))
        return self._connection.scalar(query.where(own.c.id == comment_id, comments.c.masked_address != "")) or 0


def _active(at: datetime) -> tuple[Any, ...]:
    return IN_FORCE, or_(sender_rules.c.until.is_(None), sender_rules.c.until > at)


def _keys(row: Any) -> dict[SenderKind, bytes]:
    keys: dict[SenderKind, bytes] = {}
    if row.email_sealed is not None:  # without an address the key is of one comment alone
        keys |= dict.fromkeys((SenderKind.TRUST, SenderKind.MUTE, SenderKind.ADDRESS), row.email_key)
    if row.domain_key is not None:
        keys[SenderKind.DOMAIN] = row.domain_key
    if row.masked_address:
        keys[SenderKind.NETWORK] = row.masked_address.encode()
    if row.campaign:
        keys[SenderKind.CAMPAIGN] = row.campaign.encode()
    return keys


def _rule_from(row: Row[Any]) -> SenderRule:
    return SenderRule(
        id=row.id,
        site_id=row.site_id,
        kind=SenderKind(row.kind),
        key=row.key,
        about=row.about,
        label=row.label,
        by=DecidedBy(row.by_id, row.by_name),
        at=row.at,
        until=row.until,
        ended_at=row.ended_at,
    )
