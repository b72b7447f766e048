"""How a site turns a score into an action: the only place where a threshold is compared. Rules are in rules.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from moderation.actions import Action
from moderation.messages import NOTHING, Message, Param
from moderation.reasons import LABEL_REASONS, Reason
from moderation.score import Score

MAX_CLOSE_DAYS = 3_650


@dataclass(frozen=True, slots=True)
class Threshold:
    """What to do with one label's probability. Each bound is in [0, 1], or None for "never".

    approve_below: at or below it the label allows publishing; every label must agree.
    hold_at, reject_at: at or over it the comment is held, or rejected.
    """

    approve_below: float | None = None
    hold_at: float | None = None
    reject_at: float | None = None


@dataclass(frozen=True, slots=True)
class WordRule:
    """Hold or reject what contains this word or phrase, as whole words, ignoring case; or what `/…/` finds."""

    phrase: str
    action: Action = Action.HOLD


@dataclass(frozen=True, slots=True)
class Policy:
    """One site's policy. The default publishes nothing by itself and rejects only what is clearly spam.

    Where it calls a comment spam or abuse, 3 in 1,000 comments of a real blog are called so: all are held anyway, and
    a moderator should be able to rely on the reason (the model's card has the figures).

    edit_minutes: for how long after sending it an author may edit a comment, 0 for never. hold_edits: whether a
    published comment disappears while its edit waits; else readers see the text before.
    hold_reports: hold a published comment again that readers of so many networks reported, None for never.
    hold_links: hold a comment with at least this many links, None for never.
    close_days: close a page so many days after its first comment, None for never (`moderation/closing.py`).
    min_confidence: under this the model does not know such texts, and the comment goes to people.
    """

    thresholds: Mapping[str, Threshold] = field(
        default_factory=lambda: {
            "spam": Threshold(hold_at=0.9, reject_at=0.99),
            "abuse": Threshold(hold_at=0.91),
        }
    )
    hold_links: int | None = 3
    hold_first_comment: bool = True
    hold_duplicates: bool = True
    hold_traps: bool = True
    closed_threads: Action = Action.HOLD
    close_days: int | None = None
    words: tuple[WordRule, ...] = ()
    min_confidence: float = 0.5
    edit_minutes: int = 15
    hold_edits: bool = False
    hold_reports: int | None = None

    @property
    def may_approve(self) -> bool:
        """Whether there is any text that this policy approves by itself."""
        bounds = {label: threshold.approve_below for label, threshold in self.thresholds.items()}
        return bounds.keys() >= HEADS and None not in bounds.values()


@dataclass(frozen=True, slots=True)
class RuleMatch:
    """A rule or threshold that applies: the action it asks for, why, and what it found."""

    action: Action
    reason: Reason
    detail: Message = NOTHING


HEADS = {"spam", "abuse"}
"""The labels that must agree before anything is approved, whatever other labels a policy names."""


def decide(score: Score | None, matches: Sequence[RuleMatch], policy: Policy) -> RuleMatch:
    """Turn a score and the matching rules into one action and its reason.

    Without a score the comment is held, whatever the rules say; a model that does not know such texts never rejects.
    The most severe match wins; among equals thresholds come before rules, and rules keep their order.
    Nothing is approved unless the owner gave every label an approval threshold, spam and abuse among them, and all
    agree and nothing objects; or where a moderator trusts the author and nothing objects.
    """
    if score is None:
        return RuleMatch(Action.HOLD, Reason.NOT_SCORED, Message("scoring.no_score"))
    is_known = score.confidence >= policy.min_confidence
    found = [*_threshold_matches(score, policy, may_reject=is_known), *matches]
    objections = [match for match in found if match.action is not Action.APPROVE]
    if objections:
        return max(objections, key=lambda match: match.action is Action.REJECT)
    if not is_known:
        return RuleMatch(Action.HOLD, Reason.LANGUAGE, _unfamiliar(score.language))
    if trust := next((match for match in matches if match.reason is Reason.TRUSTED), None):
        return trust
    if _all_agree(score, policy):
        return RuleMatch(Action.APPROVE, Reason.CLEAN, Message("policy.all_approve"))
    return RuleMatch(Action.HOLD, Reason.UNSURE, Message("policy.no_objection"))


def is_harsh(score: Score, policy: Policy) -> bool:
    """Whether the policy would hold or reject the text for anything but spam, from a model that knows such texts."""
    return score.confidence >= policy.min_confidence and any(
        bound is not None and probability_of(score, label) >= bound
        for label, threshold in policy.thresholds.items()
        if label != "spam"
        for bound in (threshold.hold_at, threshold.reject_at)
    )


def _unfamiliar(language: str) -> Message:
    if language == "und":
        return Message("policy.unfamiliar")
    return Message("policy.unfamiliar_language", {"language": language})


def _threshold_matches(score: Score, policy: Policy, *, may_reject: bool) -> list[RuleMatch]:
    found = []
    for label, threshold in policy.thresholds.items():
        probability = probability_of(score, label)
        for action, bound in ((Action.REJECT, threshold.reject_at), (Action.HOLD, threshold.hold_at)):
            if bound is not None and probability >= bound:
                params: dict[str, Param] = {"label": label, "value": round(probability, 4), "bound": bound}
                code = f"threshold.{action}"
                if action is Action.REJECT and not may_reject:
                    action, code = Action.HOLD, "threshold.only_held"
                    params["min_confidence"] = policy.min_confidence
                found.append(RuleMatch(action, LABEL_REASONS.get(label, Reason.ABUSE), Message(code, params)))
                break
    return found


def _all_agree(score: Score, policy: Policy) -> bool:
    bounds = {label: t.approve_below for label, t in policy.thresholds.items()}
    return bounds.keys() >= HEADS and all(
        bound is not None and probability_of(score, label) <= bound for label, bound in bounds.items()
    )


def probability_of(score: Score, label: str) -> float:
    """The score's probability for one label; an unknown label counts as 0."""
    if label == "spam":
        return score.spam
    if label == "abuse":
        return score.abuse
    return float(score.labels.get(label, 0.0))
