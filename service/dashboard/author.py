"""The author of a comment: all that they wrote on its site, how far to trust it, and what to do about them."""

from dataclasses import dataclass, replace

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation import senders
from moderation.accounts import Scope
from moderation.comment import Comment
from moderation.errors import Invalid, NotFound
from moderation.messages import N_, Message
from moderation.queue import AuthorRecord, Order, Search
from moderation.sender_rule import LIFETIMES, SenderKind, SenderRule
from moderation.store import UnitOfWork
from service.dashboard.blueprint import bp
from service.dashboard.decide import place
from service.dashboard.filters import kept_args
from service.dashboard.in_place import in_place
from service.dashboard.labels import effect_of
from service.dashboard.notices import Outcome, notices_of, outcome_of
from service.dashboard.session import actor, check_may_decide, readable, wants_json
from service.http.language import _, ngettext
from service.resources import resources

SHOWN = 20
MOST_RULES = 200
WELL_KNOWN_FROM = 3

KIND_NAMES = {
    SenderKind.TRUST: N_("Trust this author"),
    SenderKind.MUTE: N_("Mute this author"),
    SenderKind.ADDRESS: N_("Block the email address"),
    SenderKind.DOMAIN: N_("Block the mail domain"),
    SenderKind.NETWORK: N_("Block the network"),
    SenderKind.CAMPAIGN: N_("Reject the next ones like this"),
}
LIFETIME_NAMES = {
    "day": N_("for a day"),
    "week": N_("for a week"),
    "month": N_("for 30 days"),
    "never": N_("for good"),
}

OFFERED = (SenderKind.TRUST, SenderKind.MUTE, SenderKind.ADDRESS, SenderKind.DOMAIN, SenderKind.NETWORK)
"""What is offered about an author; a campaign has its own card."""


@dataclass(frozen=True, slots=True)
class AuthorPanel:
    """An author, ready to show. kinds: which rules can be made; networks: from how many they wrote."""

    comment: Comment
    record: AuthorRecord
    reputation: str
    networks: int
    comments: tuple[Comment, ...]
    rules: list[tuple[SenderRule, str]]
    kinds: list[tuple[SenderKind, str]]
    may_decide: bool


@bp.get("/comments/<comment_id>/author")
def show_author(comment_id: str) -> str:
    """The page of an author, as known from one comment."""
    with resources().store.read() as uow:
        panel = _panel(uow, readable(uow, comment_id))
        notices = notices_of(uow, actor(), outcome_of(), at=resources().now())
    return _shown("dashboard/author.html", panel, notices=notices)


@bp.get("/comments/<comment_id>/author/panel")
def show_author_panel(comment_id: str) -> str:
    """The same as a piece of a page, for the script."""
    with resources().store.read() as uow:
        panel = _panel(uow, readable(uow, comment_id))
    return _shown("dashboard/_author.html", panel)


@bp.post("/comments/<comment_id>/author/rules")
def add_rule(comment_id: str) -> ResponseReturnValue:
    """Make a rule about the sender of a comment."""
    kind, lifetime = request.form.get("kind", ""), request.form.get("for", "never")
    if kind not in set(SenderKind) or lifetime not in LIFETIMES:
        raise Invalid("kind", Message(N_("this form is broken; load the page again.")))
    at = resources().now()

    def make(uow: UnitOfWork) -> SenderRule:
        comment = readable(uow, comment_id)
        check_may_decide(comment.site_id)
        return senders.add_sender_rule(
            uow, comment, SenderKind(kind), actor().by, lifetime=LIFETIMES[lifetime], at=at
        )

    return _answer(resources().store.write(make), comment_id)


@bp.post("/rules/<rule_id>/end")
def end_rule(rule_id: str) -> ResponseReturnValue:
    """End a rule; what it decided stands."""
    at = resources().now()

    def end(uow: UnitOfWork) -> SenderRule:
        rule = uow.sender_rules.get(rule_id) if "\0" not in rule_id else None
        if rule is None or not actor().may(rule.site_id, Scope.READ):
            raise NotFound("rule", rule_id)
        check_may_decide(rule.site_id)
        return senders.end_sender_rule(uow, rule_id, by_id=actor().id, at=at)

    return _answer(resources().store.write(end), "")


@bp.get("/rules")
def show_rules() -> str:
    """All rules about senders that are in force."""
    sites, now = actor().sites(Scope.READ), resources().now()
    with resources().store.read() as uow:
        rules = uow.sender_rules.of_sites(sites, at=now, limit=MOST_RULES)
        notices = notices_of(uow, actor(), outcome_of(), at=now)
    shown = [(rule, effect_of(rule), actor().may(rule.site_id, Scope.MODERATE)) for rule in rules]
    return render_template("dashboard/rules.html", rules=shown, notices=notices, args={})


def reputation(record: AuthorRecord) -> str:
    """How far the author is known, in words."""
    if record.approved >= WELL_KNOWN_FROM and not record.rejected:
        return _("Well known here, and nothing was ever rejected")
    if record.approved > 2 * record.rejected:
        return _("Known here, mostly approved")
    if record.rejected > 2 * record.approved:
        return ngettext("%(n)s comment rejected", "%(n)s comments rejected, hardly any approved", record.rejected)
    return _("Both approved and rejected before") if record.approved else _("Nothing approved yet")


def _panel(uow: UnitOfWork, comment: Comment) -> AuthorPanel:
    now = resources().now()
    search = Search((comment.site_id,), None, author_of=comment.id, order=Order.NEWEST, limit=SHOWN)
    record = uow.authors.records([comment.id])[comment.id]
    rules = uow.sender_rules.about(comment.id, at=now)
    known = uow.sender_rules.keys_of([comment.id]).get(comment.id, {})
    active = {rule.kind for rule in rules}
    return AuthorPanel(
        comment=comment,
        record=record,
        reputation=reputation(record),
        networks=uow.sender_rules.networks_of(comment.id),
        comments=uow.queue.page(search).comments,
        rules=[(rule, effect_of(rule)) for rule in rules],
        kinds=[(kind, _(KIND_NAMES[kind])) for kind in OFFERED if kind in known and kind not in active],
        may_decide=actor().may(comment.site_id, Scope.MODERATE),
    )


def _shown(template: str, panel: AuthorPanel, **more: object) -> str:
    return render_template(
        template,
        panel=panel,
        args=kept_args(request.args),
        lifetimes={key: _(name) for key, name in LIFETIME_NAMES.items()},
        **more,
    )


def _answer(rule: SenderRule, comment_id: str) -> ResponseReturnValue:
    outcome = replace(Outcome(), rule=(rule.id,))
    if wants_json():
        return in_place(outcome)
    if request.args.get("on") == "author" and comment_id:
        there = {**kept_args(request.args), **outcome.in_url()}
        return redirect(url_for("dashboard.show_author", comment_id=comment_id, **there), code=303)
    if request.args.get("on") == "rules":
        return redirect(url_for("dashboard.show_rules", **outcome.in_url()), code=303)
    return redirect(place(outcome), code=303)
