"""What a site learned: in sentences, as words that can be forgotten, and as models to go back to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation import learning_admin
from moderation.accounts import Scope
from moderation.errors import Invalid, NotFound
from moderation.lessons import FEWEST_LESSONS, MODES, OFF, ON, SHADOW, SHIPPED_PIN
from moderation.messages import N_, Message, Plural
from moderation.score import SHIPPED
from moderation.site import Site
from moderation.store.learning_progress import Progress
from moderation.store.site_models import SiteModelRecord
from service.dashboard.blueprint import bp
from service.dashboard.labels import label_name, signed
from service.dashboard.session import actor
from service.http.errors import Forbidden
from service.http.language import _, ngettext, text_of
from service.resources import resources

MODE_WORDS = {
    OFF: N_("Off: nothing is learned, and the shipped model decides."),
    SHADOW: N_("Shadow: it learns, and cards say what it would say. The shipped model decides."),
    ON: N_(
        "On: what was learned here decides as soon as moderators' decisions prove that it is better than the shipped "
        "model alone, and no longer when they prove the opposite."
    ),
}

SAID = {
    "mode": N_("Saved. It applies from the next comment on."),
    "pinned": N_("Done. It stays so until you release it."),
    "released": N_("Released: the newest model serves again."),
    "forgot": N_("The word is forgotten with the next replay, in a few seconds."),
    "relearned": N_("The word is learned again with the next replay, in a few seconds."),
}
"""What the page says after a form, by the word in its address."""

FOR_OWNERS = Message(N_("Only the owners of a site change how it learns. Ask one of them."))
FOR_MODERATORS = Message(N_("Only moderators of a site choose what it forgets. Ask one of them."))


@bp.get("/learning")
def show_learning() -> ResponseReturnValue:
    """To what the first of the moderator's sites learned."""
    sites = actor().sites(Scope.READ)
    if not sites:
        raise Forbidden(FOR_MODERATORS)
    return redirect(url_for("dashboard.show_learning_of", site_id=sites[0]), code=303)


@bp.get("/sites/<site_id>/learning")
def show_learning_of(site_id: str) -> str:
    """What one site learned."""
    _check(site_id, Scope.READ, FOR_OWNERS)
    with resources().store.read() as uow:
        site = uow.sites.get(site_id)
        sites = uow.sites.all(actor().sites(Scope.READ))
        progress = uow.learning_progress.progress(site_id)
        count = uow.lessons.count(site_id)
        models = uow.site_models.all(site_id)
        names = {each.id: each.name for each in uow.accounts.moderators()}
    shown = _shown(models, progress)
    summary: Mapping[str, Any] = shown.summary if shown else {}
    return render_template(
        "dashboard/learning.html",
        site=site,
        sites=sites,
        sentences=_sentences(site, progress, count, models, shown),
        modes=[(mode, _(MODE_WORDS[mode])) for mode in MODES],
        course=summary.get("course", []),
        heads=[_head(head, values) for head, values in summary.get("heads", {}).items()],
        doubted=[(by_id, names.get(by_id, by_id)) for by_id in summary.get("doubted", [])],
        forgotten=_forgotten(progress),
        models=models,
        shown_id=shown.id if shown else "",
        pinned=progress.pinned,
        shipped_pin=SHIPPED_PIN,
        may_change=actor().may(site_id, Scope.ADMIN),
        may_forget=actor().may(site_id, Scope.MODERATE),
        said=_(SAID[said]) if (said := request.args.get("said", "")) in SAID else "",
    )


@bp.post("/sites/<site_id>/learning/mode")
def set_learning_mode(site_id: str) -> ResponseReturnValue:
    """Let the site's own line decide, only be noted, or not learn at all."""
    _check(site_id, Scope.ADMIN, FOR_OWNERS)
    mode, by_id, at = request.form.get("mode", ""), actor().id, resources().now()
    resources().store.write(lambda uow: learning_admin.set_mode(uow, site_id, mode, by_id=by_id, at=at))
    resources().sites.forget(site_id)
    return _back(site_id, "mode")


@bp.post("/sites/<site_id>/learning/pin")
def pin_site_model(site_id: str) -> ResponseReturnValue:
    """Go back to an earlier model, or to the shipped one."""
    _check(site_id, Scope.ADMIN, FOR_OWNERS)
    model, by_id, at = request.form.get("model", ""), actor().id, resources().now()
    resources().store.write(lambda uow: learning_admin.pin(uow, site_id, model, by_id=by_id, at=at))
    return _back(site_id, "pinned")


@bp.post("/sites/<site_id>/learning/release")
def release_site_model(site_id: str) -> ResponseReturnValue:
    """Let the newest model serve again."""
    _check(site_id, Scope.ADMIN, FOR_OWNERS)
    by_id, at = actor().id, resources().now()
    resources().store.write(lambda uow: learning_admin.release(uow, site_id, by_id=by_id, at=at))
    return _back(site_id, "released")


@bp.post("/sites/<site_id>/learning/forget")
def forget_word(site_id: str) -> ResponseReturnValue:
    """Never learn a word again."""
    head, bucket = _word(site_id)
    with resources().store.read() as uow:
        models = uow.site_models.all(site_id)
    word = next((each for model in models if (each := _spelled(model, head, bucket))), "")
    by_id, at = actor().id, resources().now()
    resources().store.write(
        lambda uow: learning_admin.forget_word(uow, site_id, head, bucket, word, by_id=by_id, at=at)
    )
    resources().dispatch.ring("learning")
    return _back(site_id, "forgot")


@bp.post("/sites/<site_id>/learning/relearn")
def relearn_word(site_id: str) -> ResponseReturnValue:
    """Let a forgotten word be learned again."""
    head, bucket = _word(site_id)
    by_id, at = actor().id, resources().now()
    resources().store.write(lambda uow: learning_admin.relearn_word(uow, site_id, head, bucket, by_id=by_id, at=at))
    resources().dispatch.ring("learning")
    return _back(site_id, "relearned")


@dataclass(frozen=True, slots=True)
class LearnedWord:
    """One word that a site learned. weight: with its sign; taught: by how many decisions, in words."""

    bucket: int
    word: str
    weight: str
    is_positive: bool
    taught: str
    comments: Sequence[str]


@dataclass(frozen=True, slots=True)
class LearnedHead:
    """What a site learned of spam, or of abuse. name: of the head, in words; sentence: how much its words say."""

    head: str
    name: str
    sentence: str
    words: Sequence[LearnedWord]


_LEARNED = Plural("It learned from %(n)s decision.", "It learned from %(n)s decisions.")
_TOO_FEW = Plural(
    "The site needs %(n)s more decision before it has a line of its own.",
    "The site needs %(n)s more decisions before it has a line of its own.",
)
_NEWER = Plural("%(n)s newer decision is not learned yet.", "%(n)s newer decisions are not learned yet.")


def _sentences(
    site: Site,
    progress: Progress,
    count: int,
    models: Sequence[SiteModelRecord],
    shown: SiteModelRecord | None,
) -> list[str]:
    """What there is to say, most important first."""
    said = [_(MODE_WORDS[site.learning])]
    lessons = shown.lessons if shown else 0
    said.append(ngettext(*_LEARNED, lessons))
    if lessons < FEWEST_LESSONS:
        said.append(ngettext(*_TOO_FEW, FEWEST_LESSONS - lessons))
    if shown and count > shown.lessons and shown is models[0]:
        said.append(ngettext(*_NEWER, count - shown.lessons))
    if shown and lessons >= FEWEST_LESSONS and (course := shown.summary.get("course")):
        newest = course[-len(course) // 2 :]
        total = sum(step["lessons"] for step in newest)
        figures = {
            "n": total,
            "shipped": sum(step["shipped"] for step in newest),
            "site": sum(step["site"] for step in newest),
        }
        text = N_(
            "Of the last %(n)s decisions, the shipped model alone would have taken %(shipped)s otherwise, and with "
            "what was learned before each of them %(site)s."
        )
        said.append(text_of(Message(text, figures)))
    if site.learning != OFF and lessons >= FEWEST_LESSONS:
        said.append(_(_who_decides(site, progress)))
    if models and not models[0].passed:
        if any(model.passed for model in _of_newest_version(models)):
            said.append(_("The newest model did not pass its checks, so the one before it serves."))
        else:
            said.append(_("The newest model did not pass its checks, so the shipped model decides."))
    return said


def _who_decides(site: Site, progress: Progress) -> str:
    """Which line decides now, and why."""
    if progress.pinned == SHIPPED_PIN:
        return N_("An owner went back to the shipped model. It stays so until it is released.")
    if progress.pinned and site.learning == ON:
        return N_("An owner chose a model of this site, so that one decides. It stays so until it is released.")
    if progress.pinned:
        return N_("An owner chose an earlier model of this site. It stays so until it is released.")
    if progress.line == SHIPPED:
        return N_("The shipped model decides. It is not proven yet that what was learned here is better.")
    if site.learning == ON:
        return N_(
            "What was learned here decides: moderators' decisions prove that it is better than the shipped model."
        )
    return N_("The shipped model decides, although decisions prove that what was learned here is better.")


def _head(head: str, values: Mapping[str, Any]) -> LearnedHead:
    trust = values["trust"]
    if trust < 0.5:
        sentence = N_("Words of this site hardly help here, so they count little.")
    elif trust > 1.5:
        sentence = N_("Words of this site help much here, so they count more.")
    else:
        sentence = N_("Words of this site help here.")
    return LearnedHead(head, label_name(head), _(sentence), [_learned(each) for each in values["strongest"]])


_TAUGHT = N_("rejected %(rejected)s times, approved %(approved)s times")


def _learned(word: Mapping[str, Any]) -> LearnedWord:
    counts = {"rejected": word["rejected"], "approved": word["approved"]}
    return LearnedWord(
        bucket=word["bucket"],
        word=word.get("word") or _("a word whose comments are gone"),
        weight=signed(word["weight"]),
        is_positive=word["weight"] > 0,
        taught=text_of(Message(_TAUGHT, counts)),
        comments=[each for each in word["comments"] if each.startswith("cmt_")],
    )


def _forgotten(progress: Progress) -> list[tuple[str, str, str, str]]:
    """The head, its name, the bucket and the word of each that is forgotten."""
    return [
        (head, label_name(head), bucket, word or _("a word whose comments are gone"))
        for head, words in progress.forgotten.items()
        for bucket, word in words.items()
    ]


def _shown(models: Sequence[SiteModelRecord], progress: Progress) -> SiteModelRecord | None:
    """The model that serves, or would."""
    pinned = [model for model in models if model.id == progress.pinned]
    passed = [model for model in _of_newest_version(models) if model.passed]
    return next(iter([*pinned, *passed, *models]), None)


def _of_newest_version(models: Sequence[SiteModelRecord]) -> list[SiteModelRecord]:
    """Those that build on the shipped model of now: after an upgrade, earlier ones serve no more."""
    return [model for model in models if model.model == models[0].model]


def _spelled(model: SiteModelRecord, head: str, bucket: int) -> str:
    words = model.summary.get("heads", {}).get(head, {}).get("strongest", [])
    return next((word.get("word", "") for word in words if word["bucket"] == bucket), "")


def _word(site_id: str) -> tuple[str, int]:
    _check(site_id, Scope.MODERATE, FOR_MODERATORS)
    bucket = request.form.get("bucket", "")
    if not (bucket.isascii() and bucket.isdigit() and len(bucket) < 8):
        raise Invalid("bucket", Message(N_("is no word of this page; open the page again.")))
    return request.form.get("head", ""), int(bucket)


def _back(site_id: str, said: str) -> ResponseReturnValue:
    return redirect(url_for("dashboard.show_learning_of", site_id=site_id, said=said), code=303)


def _check(site_id: str, scope: Scope, refusal: Message) -> None:
    if not actor().may(site_id, Scope.READ):
        raise NotFound("site", site_id)
    if not actor().may(site_id, scope):
        raise Forbidden(refusal)
