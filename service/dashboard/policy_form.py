"""A policy as the fields of a form, and back. Probabilities are percent there, and an empty field means never."""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import ValidationError

from moderation.errors import Invalid
from moderation.messages import N_, Message
from moderation.policy import HEADS, Policy, Threshold, WordRule
from moderation.reasons import LABEL_REASONS
from service.dashboard.labels import label_name
from service.http.errors import problem_of
from service.schemas.policy import POLICY, policy_from

BOUNDS = ("approve_below", "hold_at", "reject_at")
SWITCHES = ("hold_first_comment", "hold_duplicates", "hold_traps", "hold_edits")
ENTERED = (
    *(f"{label}.{bound}" for label in LABEL_REASONS for bound in BOUNDS),
    "min_confidence",
    "hold_links",
    "close_days",
    "edit_minutes",
    "hold_reports",
    "words.hold",
    "words.reject",
)
"""The fields into which somebody types, which can therefore be wrong."""

_PERCENT = N_("%(label)s: write percent as a number from 0 to 100, or leave the field empty.")
_ORDER = N_("%(label)s: the percentages must rise from publishing to holding to rejecting.")


def fields_of(policy: Policy) -> dict[str, Any]:
    """A policy as what the form shows."""
    fields: dict[str, Any] = {
        f"{label}.{bound}": _as_percent(getattr(threshold, bound))
        for label, threshold in policy.thresholds.items()
        for bound in BOUNDS
    }
    fields |= {name: "on" for name in SWITCHES if getattr(policy, name)}
    return fields | {
        "hold_links": "" if policy.hold_links is None else str(policy.hold_links),
        "hold_reports": "" if policy.hold_reports is None else str(policy.hold_reports),
        "close_days": "" if policy.close_days is None else str(policy.close_days),
        "edit_minutes": str(policy.edit_minutes),
        "min_confidence": _as_percent(policy.min_confidence),
        "closed_threads": policy.closed_threads.value,
        "words.hold": _lines(policy, "hold"),
        "words.reject": _lines(policy, "reject"),
    }


def policy_in(form: Mapping[str, str], before: Policy) -> Policy:
    """The policy that a form describes. before: the one that it began with.

    Raises Invalid, which names a field of the form, or how the names of several begin: "spam" for a label's row.

    A label whose fields are all empty is not watched, unless `before` names it without bounds, as the API may: it
    keeps everything from being published, which an empty row must not undo.
    """
    words = _words(form, before)
    values = {
        "thresholds": _thresholds(form, before),
        "hold_links": _whole(form, "hold_links"),
        "hold_reports": _whole(form, "hold_reports"),
        "close_days": _whole(form, "close_days"),
        "edit_minutes": _whole(form, "edit_minutes") or 0,
        "min_confidence": _share(form, "min_confidence", N_("Known words")) or 0.0,
        "closed_threads": form.get("closed_threads", ""),
        "words": words,
        **{name: name in form for name in SWITCHES},
    }
    try:
        return policy_from(POLICY.load(values))
    except ValidationError as problem:
        wrong = problem_of(problem).errors[0]
        raise Invalid(_field_of(wrong.field, words), wrong.problem) from problem


def wrong_fields(problem: Invalid) -> tuple[str, ...]:
    """The fields of the form that a problem is about; none for one about the policy as a whole."""
    return tuple(name for name in ENTERED if name == problem.field or name.startswith(f"{problem.field}."))


def _field_of(place: str, words: Sequence[Mapping[str, str]]) -> str:
    """The form's field for a place in what the schema reads; "words.3.phrase" is in the field of its action."""
    name, _, rest = place.partition(".")
    number = rest.partition(".")[0]
    return f"words.{words[int(number)]['action']}" if name == "words" and number.isdecimal() else name


def _whole(form: Mapping[str, str], name: str) -> int | str | None:
    """A field as a whole number, None for an empty one; as it is where it is none, for the schema to refuse."""
    said = form.get(name, "").strip()
    return int(said) if said.isascii() and said.isdigit() and len(said) < 6 else said or None


def _thresholds(form: Mapping[str, str], before: Policy) -> dict[str, dict[str, float | None]]:
    found = {}
    for label in LABEL_REASONS:
        name = label_name(label)
        bounds = {bound: _share(form, f"{label}.{bound}", name) for bound in BOUNDS}
        known = [share for share in bounds.values() if share is not None]
        if known != sorted(known):
            raise Invalid(label, Message(_ORDER, {"label": name}))
        if known or label in HEADS or before.thresholds.get(label) == Threshold():
            found[label] = bounds
    return found


def _share(form: Mapping[str, str], field: str, name: str) -> float | None:
    """A field in percent as a probability; None for an empty one. name: what people call it. Raises Invalid."""
    text = form.get(field, "").strip().removesuffix("%").strip().replace(",", ".")
    if not text:
        return None
    try:
        percent = float(text)
    except ValueError:
        percent = -1.0
    if not 0 <= percent <= 100:
        raise Invalid(field, Message(_PERCENT, {"label": name}))
    return round(percent / 100, 6)


def _words(form: Mapping[str, str], before: Policy) -> list[dict[str, str]]:
    """The rules of both fields; in their earlier order if they are the same, so that nothing seems changed."""
    found = [
        {"phrase": phrase, "action": action}
        for action in ("hold", "reject")
        for phrase in dict.fromkeys(filter(None, map(str.strip, form.get(f"words.{action}", "").splitlines())))
    ]
    known = [_as_json(rule) for rule in before.words]
    return known if sorted(map(str, known)) == sorted(map(str, found)) else found


def _as_json(rule: WordRule) -> dict[str, str]:
    return {"phrase": rule.phrase, "action": rule.action.value}


def _lines(policy: Policy, action: str) -> str:
    return "\n".join(rule.phrase for rule in policy.words if rule.action == action)


def _as_percent(share: float | None) -> str:
    return "" if share is None else f"{round(share * 100, 4):g}"
