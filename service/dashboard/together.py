"""Several moderators at one queue: who reads which comment, whose it is, and what colleagues have decided meanwhile.

The script of a list asks every quarter of a minute, for the reasons that `news.py` gives. Nothing depends on it: two
who decide at once are kept apart by the comment's revision.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from moderation import claims
from moderation.accounts import Scope
from moderation.claim import Claim
from moderation.errors import NotFound
from moderation.reading import Reading
from moderation.store import UnitOfWork
from service.dashboard.blueprint import bp
from service.dashboard.filters import kept_args
from service.dashboard.labels import decision_sentence
from service.dashboard.session import actor, check_may_decide, readable
from service.http.language import _, ngettext, translator
from service.resources import resources

MOST_LISTED = 250
"""More than a page of the list has, with every comment of its runs."""

COMMENT = "cmt_"


@bp.post("/together")
def tell_together() -> ResponseReturnValue:
    """For the script: note what is in hand, and say what colleagues do with the comments of the list.

    reading: the id of the comment in hand, "" for none; status: of the list; listed: the ids on it, those in its runs
    too. run: the id of a run's card, then those of its comments. campaign: the id of a card, then that of its
    campaign. Both come once for each such card, with spaces between the ids.
    """
    reading, status = request.form.get("reading", ""), request.form.get("status", "")
    listed = _asked_for("listed")
    runs = {card: members.split() for card, _, members in _parted("run")}
    campaigns = {card: campaign for card, _, campaign in _parted("campaign")}
    with resources().store.read() as uow:
        had_any = uow.readings.has_any(actor().id)
    if had_any or reading.startswith(COMMENT):  # nothing in hand, as before, is not worth the turn of a writer
        resources().store.write(lambda uow: _note(uow, reading))
    with resources().store.read() as uow:
        return {"about": words_about(uow, listed, runs, campaigns), "gone": _gone(uow, listed, status)}


@bp.post("/comments/<comment_id>/claim")
def claim_comment(comment_id: str) -> ResponseReturnValue:
    """Take the comment, so that colleagues leave it, or give it back."""
    at, is_released = resources().now(), "release" in request.form

    def act(uow: UnitOfWork) -> None:
        comment = readable(uow, comment_id)
        check_may_decide(comment.site_id)
        if is_released:
            claims.release(uow, comment, actor().by, at=at)
        else:
            claims.take(uow, comment, actor().by, at=at)

    resources().store.write(act)
    there: dict[str, Any] = {**kept_args(request.args), "comment_id": comment_id}
    return redirect(url_for("dashboard.show_comment", **there), code=303)


def words_about(
    uow: UnitOfWork,
    comment_ids: Sequence[str],
    runs: Mapping[str, Collection[str]],
    campaigns: Mapping[str, str],
) -> dict[str, str]:
    """Who is busy with each of these comments, in words, if somebody is; and who reads in each run and campaign.

    runs: the comments of each run, by the id of its card. campaigns: by the id of the card that stands for each.
    """
    sites, me = actor().sites(Scope.READ), actor().id
    readings = uow.readings.of_others(me, sites=sites, at=resources().now())
    claimed = [claim for claim in uow.claims.of_comments(comment_ids) if claim.site_id in sites]
    names = {each.id: each.name for each in uow.accounts.moderators()} if claimed else {}
    found = {claim.comment_id: _claim_words(claim, names.get(claim.for_id, "")) for claim in claimed}
    for comment_id in {each.comment_id for each in readings}.intersection(comment_ids):
        readers = [each.by.name for each in readings if each.comment_id == comment_id]
        words = ngettext(
            "%(names)s is reading this", "%(names)s are reading this", len(readers), names=_listed(readers)
        )
        _join(found, comment_id, words)
    for card, members in runs.items():
        _join(found, card, _inside([each.by.name for each in readings if each.comment_id in members]))
    for card, campaign in campaigns.items():
        others = [each for each in readings if each.campaign == campaign and each.comment_id != card]
        _join(found, card, _inside([each.by.name for each in others]))
    return found


def _inside(names: Sequence[str]) -> str:
    """Who reads something of what a card stands for, in words; "" for nobody."""
    if not names:
        return ""
    return ngettext(
        "%(names)s is reading one of these",
        "%(names)s are reading some of these",
        len(names),
        names=_listed(names),
    )


def _listed(names: Sequence[str]) -> str:
    """One or more names in a sentence: "Mina, Olga and Ines"."""
    *first, last = names
    if not first:
        return last
    return _("%(names)s and %(last)s", names=translator().pgettext("list separator", ", ").join(first), last=last)


def _join(found: dict[str, str], card: str, words: str) -> None:
    if words:
        found[card] = " · ".join(filter(None, (found.get(card), words)))


def _asked_for(name: str) -> list[str]:
    return [each for each in request.form.getlist(name) if "\0" not in each][:MOST_LISTED]


def _parted(name: str) -> list[tuple[str, str, str]]:
    return [each.partition(" ") for each in _asked_for(name)]


def _claim_words(claim: Claim, name: str) -> str:
    if claim.for_id == actor().id:
        return _("you have taken this") if claim.by.id == claim.for_id else _("you are asked to decide this")
    if claim.by.id == claim.for_id:
        return _("%(name)s has taken this", name=name)
    return _("%(name)s is asked to decide this", name=name)


def _gone(uow: UnitOfWork, comment_ids: Sequence[str], status: str) -> dict[str, str]:
    """For each of these comments that has left the list of this status: what was decided, and by whom."""
    sites = actor().sites(Scope.READ)
    comments = uow.comments.get_many(comment_ids)
    left = [each.id for each in comments if each.site_id in sites and each.status.value != status]
    histories = uow.decisions.histories(left)
    return {id: decision_sentence(histories[id][-1]) for id in left if histories.get(id)}


def _note(uow: UnitOfWork, comment_id: str) -> None:
    try:
        comment = readable(uow, comment_id)
    except NotFound:
        uow.readings.remove(actor().id)
    else:
        uow.readings.put(Reading(actor().by, comment.id, comment.site_id, resources().now()))
