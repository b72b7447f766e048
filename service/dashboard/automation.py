"""Automation of a site for its owners: what is proven and what is still needed, in sentences; mode and budgets."""

from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from moderation import tried_budgets
from moderation.accounts import Scope
from moderation.actions import Action
from moderation.automation import ACTIONS, LEAST_ONE_IN, MOST_ONE_IN, Mode, Pause
from moderation.automation_admin import change_automation as change
from moderation.automation_admin import checked_one_in, give_back
from moderation.automation_report import ActionReport, AutomationReport, automation_report
from moderation.errors import Invalid
from moderation.messages import N_, Message, Plural
from moderation.tried_budgets import TriedBudget, TriedBudgets
from service.dashboard.blueprint import bp
from service.dashboard.session import actor
from service.dashboard.settings import FOR_OWNERS, check_owner, saved, settings_page
from service.http.errors import Forbidden
from service.http.language import _, ngettext, translator
from service.resources import resources

SECTION = "show_automation"

MODES = {
    Mode.OFF: N_("Off: nothing is written down and nothing is done"),
    Mode.SHADOW: N_("Shadow: what it would do is written down, and moderators decide everything"),
    Mode.ON: N_("On: what is proven is done without a moderator, except spot checks"),
}

WHY_PAUSED = {
    Pause.ERRORS: N_("Moderators decided against it far more often than the budget allows."),
    Pause.SPOT_CHECKS: N_(
        "Too many spot checks were not decided within two weeks, so nobody would notice errors. Decide what has "
        "waited for more than two weeks before you switch it on again: until then it pauses again within the hour."
    ),
    Pause.OWNER: N_("An owner gave everything back to moderators."),
}


@dataclass(frozen=True, slots=True)
class _Words:
    """The sentences about one action. counted: its errors so far, in the plural of what it would have done."""

    title: str
    counted: Plural
    budget: str
    share: Plural


WORDS = {
    Action.APPROVE: _Words(
        N_("Publishing"),
        Plural(
            "Of %(n)s comment that Rejoinder would have published alone, people rejected %(wrong)s.",
            "Of %(n)s comments that Rejoinder would have published alone, people rejected %(wrong)s.",
        ),
        N_("Publish by itself if at most 1 is wrong in"),
        Plural(
            "In 30 days %(n)s comment waited for a decision although no rule objects. It would have published "
            "%(would)s and has published %(did)s.",
            "In 30 days %(n)s comments waited for a decision although no rule objects. It would have published "
            "%(would)s of them and has published %(did)s.",
        ),
    ),
    Action.REJECT: _Words(
        N_("Rejecting"),
        Plural(
            "Of %(n)s comment that Rejoinder would have rejected alone, people approved %(wrong)s.",
            "Of %(n)s comments that Rejoinder would have rejected alone, people approved %(wrong)s.",
        ),
        N_("Reject by itself if at most 1 is wrong in"),
        Plural(
            "Of %(n)s comment of 30 days without an objecting rule, it would have rejected %(would)s and has "
            "rejected %(did)s.",
            "Of %(n)s comments of 30 days without an objecting rule, it would have rejected %(would)s and has "
            "rejected %(did)s.",
        ),
    ),
}


@bp.get("/automation")
def show_first_automation() -> ResponseReturnValue:
    """To the automation of the first site that the moderator owns."""
    owned = actor().sites(Scope.ADMIN)
    if not owned:
        raise Forbidden(FOR_OWNERS)
    return redirect(url_for("dashboard.show_automation", site_id=owned[0]), code=303)


@bp.get("/sites/<site_id>/automation")
def show_automation(site_id: str) -> str:
    """What is proven, and the forms."""
    check_owner(site_id)
    return _page(site_id)


@bp.post("/sites/<site_id>/automation")
def change_automation(site_id: str) -> ResponseReturnValue:
    """Change the mode and the budgets, or only try them on what was decided before."""
    check_owner(site_id)
    by_id, at = actor().id, resources().now()
    try:
        one_in = {action: _number(action) for action in ACTIONS}
        mode = _mode()
        if "try" in request.form:
            return _page(site_id, mode=mode, tried=tried_budgets.run(resources().store, site_id, one_in))
        resources().store.write(lambda uow: change(uow, site_id, mode=mode, one_in=one_in, by_id=by_id, at=at))
    except Invalid as problem:
        return _page(site_id, problem), 422
    return saved(SECTION, site_id, "automation")


@bp.post("/sites/<site_id>/automation/pause")
def pause_automation(site_id: str) -> ResponseReturnValue:
    """Give everything back to moderators."""
    check_owner(site_id)
    here, by_id = resources(), actor().id
    has_mail = here.settings.smtp is not None
    here.store.write(lambda uow: give_back(uow, site_id, has_mail=has_mail, by_id=by_id, at=here.now()))
    here.dispatch.ring("delivery")
    return saved(SECTION, site_id, "given_back")


def paused_sites() -> list[str]:
    """The sites of this owner whose automation was paused, until they choose a mode; for a notice on the queue."""
    owned = actor().sites(Scope.ADMIN)
    if not owned:
        return []
    with resources().store.read() as uow:
        return uow.automations.paused(owned)


def _page(
    site_id: str, problem: Invalid | None = None, *, mode: Mode | None = None, tried: TriedBudgets | None = None
) -> str:
    """mode, tried: what is only tried, and what became of it."""
    with resources().store.read() as uow:
        report = automation_report(uow, site_id, at=resources().now())
    paused = report.automation.paused
    one_in = {each.action: each.one_in for each in tried.actions} if tried else report.automation.one_in
    return settings_page(
        SECTION,
        site_id,
        problem=problem,
        automation=report.automation,
        report=report,
        modes={mode: _(words) for mode, words in MODES.items()},
        why_paused=_(WHY_PAUSED[paused]) if paused else "",
        actions=[(_(WORDS[each.action].title), _sentences(report, each), each) for each in report.actions],
        budgets=[(action, _(WORDS[action].budget), one_in[action]) for action in ACTIONS],
        chosen=mode or report.automation.mode,
        tried=tried,
        tried_sentences=[_tried(each) for each in tried.actions] if tried else [],
        bounds=(LEAST_ONE_IN, MOST_ONE_IN),
    )


_TRIED = {
    Action.APPROVE: Plural(
        "It would have published %(n)s comment alone. Of %(of)s that people decided, they rejected %(wrong)s.",
        "It would have published %(n)s comments alone. Of %(of)s that people decided, they rejected %(wrong)s.",
    ),
    Action.REJECT: Plural(
        "It would have rejected %(n)s comment alone. Of %(of)s that people decided, they approved %(wrong)s.",
        "It would have rejected %(n)s comments alone. Of %(of)s that people decided, they approved %(wrong)s.",
    ),
}


def _tried(tried: TriedBudget) -> tuple[str, str, tuple[str, ...]]:
    """The title of an action, what it would have done, and the comments about which people decided otherwise."""
    number = translator().number
    if tried.is_proven:
        said = {"n": number(tried.would), "of": number(tried.wrong.of), "wrong": number(tried.wrong.count)}
        sentence = ngettext(*_TRIED[tried.action], tried.would, **said)
    else:
        sentence = _("With 1 wrong in %(n)s it would do nothing yet: that is not shown.", n=number(tried.one_in))
    return _(WORDS[tried.action].title), sentence, tried.disagreements


def _sentences(report: AutomationReport, action: ActionReport) -> list[str]:
    """What is proven of an action, what is needed next, and what it did."""
    stands, words, number = action.standing, WORDS[action.action], translator().number
    counted = ngettext(*words.counted, stands.seen, n=number(stands.seen), wrong=number(stands.wrong))
    if stands.one_in is not None and stands.one_in > 1:
        counted += " " + _("Even with bad luck, no more than 1 in %(n)s is wrong.", n=number(stands.one_in))
    lines = [counted, _state(action)]
    if stands.missing is not None:
        lines.append(ngettext(*_MISSING[stands.is_proven], stands.missing, n=number(stands.missing)))
    share = {"n": number(report.trials), "would": number(action.would), "did": number(action.did)}
    return [*lines, ngettext(*words.share, report.trials, **share)]


_MISSING = {
    False: Plural(
        "It takes %(n)s more such comment without an error before it may.",
        "It takes %(n)s more such comments without an error before it may.",
    ),
    True: Plural(
        "After %(n)s more without an error it may decide about more comments, of which it is less sure.",
        "After %(n)s more without an error it may decide about more comments, of which it is less sure.",
    ),
}
"""What is still needed, by whether anything is proven."""


def _state(action: ActionReport) -> str:
    if action.is_on:
        text = N_("You allow 1 wrong in %(budget)s. Moderators' decisions show that it keeps to that, so it decides.")
    elif action.standing.is_proven:
        text = N_(
            "You allow 1 wrong in %(budget)s. Moderators' decisions show that it would keep to that. It is not "
            "switched on, so moderators decide."
        )
    else:
        text = N_("You allow 1 wrong in %(budget)s. That is not shown yet, so moderators decide.")
    return _(text, budget=translator().number(action.budget_one_in))


def _number(action: Action) -> int:
    text = request.form.get(f"{action.value}_one_in", "").strip()
    return checked_one_in(action, int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0)


def _mode() -> Mode:
    asked = request.form.get("mode", "")
    if asked not in [mode.value for mode in Mode]:
        raise Invalid("mode", Message(N_("choose one of the modes.")))
    return Mode(asked)
