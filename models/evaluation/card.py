"""The model card, a page for people, and its details: templates filled in with the tables of the evaluation."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any, Final, NamedTuple

import numpy as np

from models.artifact import Artifact
from models.evaluation.baselines.table import as_markdown as baselines_table
from models.evaluation.family_ablation import as_markdown as families_table
from models.evaluation.source_ablation import as_markdown as ablation_table

Row = Mapping[str, Any]


class Target(NamedTuple):
    """A figure that was promised before training: required is the minimum (the maximum if less is better)."""

    table: str
    on: str
    measure: str
    required: float
    desired: float
    less_is_better: bool = False


TARGETS: Final = (
    Target("other sets", "kaggle_insults (en), insult", "AUC", 0.90, 0.92),
    Target("in domain", "jigsaw, mean of the six labels", "AUC", 0.983, 0.987),
    Target("false alarms", "haacked, held as abuse", "share", 0.003, 0.001, less_is_better=True),
    Target("false alarms", "haacked, held as spam", "share", 0.003, 0.001, less_is_better=True),
    Target("spam", "lm_blog, real WordPress spam", "recall at the default threshold", 0.80, 0.95),
    Target("spam", "youtube Eminem (en)", "AUC", 0.985, 0.99),
    Target("false alarms", "paradetox neutral side, held", "share", 0.05, 0.03, less_is_better=True),
    Target("in domain", "jigsaw, abuse", "ECE", 0.02, 0.01, less_is_better=True),
)
_REVERSIBLE: Final = (
    "leet", "homoglyphs", "fullwidth", "zero-width", "bold", "zalgo", "spaced", "dotted", "stretched",
)  # fmt: skip
_IRREVERSIBLE: Final = ("swapped", "unspaced", "praised")
_NOT_COMPUTED: Final = "*Not computed for this model.*"
_HERE: Final = Path(__file__).parent
_LANGUAGES: Final = ("en", "de", "tr", "es", "fr", "it", "nl", "pt")


def card(
    artifact: Artifact,
    report: Mapping[str, Sequence[Row]],
    family_ablation: Mapping[str, Sequence[Row]] | None = None,
) -> str:
    """The page for people as Markdown.

    family_ablation: the table of the command of this name, None if it was not run.
    """
    return _fill(
        "card",
        version=artifact.version,
        targets=_targets(report),
        by_language=_by_language(report),
        sources=_sources(artifact),
        unseen=_unseen(family_ablation) if family_ablation else _NOT_COMPUTED,
    )


def details(
    artifact: Artifact,
    report: Mapping[str, Sequence[Row]],
    baselines: Sequence[Row] | None = None,
    source_ablation: Mapping[str, Sequence[Row]] | None = None,
    family_ablation: Mapping[str, Sequence[Row]] | None = None,
    perspective: Mapping[str, Any] | None = None,
) -> str:
    """Every table as Markdown.

    baselines, source_ablation, family_ablation: the tables of the commands of these names, None if they were not run.
    perspective: what the command `perspective_curve` wrote.
    """
    return _fill(
        "details",
        version=artifact.version,
        tables="\n\n".join(f"## {name.capitalize()}\n\n{_table(table)}" for name, table in report.items()),
        baselines=baselines_table(baselines) if baselines else _NOT_COMPUTED,
        ablation=_by_head(source_ablation, ablation_table),
        families=_by_head(family_ablation, families_table),
        perspective=perspective_table(perspective) if perspective else _NOT_COMPUTED,
    )


def _fill(name: str, **parts: str) -> str:
    return Template((_HERE / f"{name}.md.template").read_text(encoding="utf-8")).substitute(parts)


def _by_head(tables: Mapping[str, Sequence[Row]] | None, as_markdown: Callable[[Sequence[Row]], str]) -> str:
    return (
        "\n\n".join(f"**{head}**\n\n{as_markdown(table)}" for head, table in (tables or {}).items()) or _NOT_COMPUTED
    )


def _unseen(tables: Mapping[str, Sequence[Row]]) -> str:
    means = {
        head: [np.mean([row[side] for row in table]) for side in ("unseen", "seen")] for head, table in tables.items()
    }
    parts = [f"{unseen:.2f} for {head} ({seen:.2f} with it)" for head, (unseen, seen) in means.items()]
    return f"The mean AUC between its bad and innocent texts is {' and '.join(parts)}."


def _by_language(report: Mapping[str, Sequence[Row]]) -> str:
    lines = ["| language | abuse, AUC | language found |", "|---|---|---|"]
    for language in _LANGUAGES:
        abuse = _row(report["functional cases"], f"{language}, abuse", "AUC")
        found = _row(report["languages"], f"{language}, our own sentences", "language found")
        lines.append(f"| {language} | {_interval(abuse['ours'])} | {_interval(found['ours'])} |")
    return "\n".join(lines)


def _row(table: Sequence[Row], on: str, measure: str) -> Row:
    return next(row for row in table if row["on"] == on and row["measure"] == measure)


def _targets(report: Mapping[str, Sequence[Row]]) -> str:
    lines = ["| on | required | desired | ours | alt-profanity-check |", "|---|---|---|---|---|"]
    for target in TARGETS:
        row = _row(report[target.table], target.on, target.measure)
        value, ours, peer = row["ours"]["value"], _interval(row["ours"]), _interval(row["peer"])
        lines.append(_target_line(target, f"{target.on}: {target.measure}", value, ours, peer))
    lines.append(_worst_term_line(report["identities"]))
    for head in ("abuse", "spam"):
        of_head = [row for row in report["robustness"] if row["measure"] == f"AUC of {head}"]
        lines.append(_worst_attack_line(head, of_head, "a reversible", _REVERSIBLE, 0.02, 0.01))
        lines.append(_worst_attack_line(head, of_head, "an irreversible", _IRREVERSIBLE, 0.08, 0.05))
    return "\n".join(lines)


def _worst_term_line(identities: Sequence[Row]) -> str:
    terms = [row for row in identities if row["measure"] == "BPSN AUC"]
    worst = min(terms, key=lambda row: row["ours"]["value"])
    peers = [row["peer"]["value"] for row in terms if row["peer"]]
    target = Target("identities", worst["on"], "BPSN AUC", 0.90, 0.95)
    label = f"worst identity term ({target.on}): {target.measure}"
    peer = f"{min(peers):.3f} (its worst)" if peers else ""
    return _target_line(target, label, worst["ours"]["value"], _interval(worst["ours"]), peer)


def _worst_attack_line(
    head: str, table: Sequence[Row], kind: str, attacks: Sequence[str], required: float, desired: float
) -> str:
    unattacked = {row["on"].split(", ")[0]: row for row in table if row["on"].endswith(", none")}
    losses, peers = [], []
    for row in table:
        on, attack = row["on"].split(", ")
        if attack in attacks:
            losses.append((unattacked[on]["ours"]["value"] - row["ours"]["value"], row["on"]))
            if row["peer"]:
                peers.append(unattacked[on]["peer"]["value"] - row["peer"]["value"])
    loss, on = max(losses)
    target = Target("robustness", on, f"AUC of {head}", required, desired, less_is_better=True)
    label = f"{head}: largest loss of AUC under {kind} attack ({on})"
    return _target_line(target, label, loss, f"{loss:.3f}", f"{max(peers):.3f} (its worst)" if peers else "")


def _target_line(target: Target, label: str, value: float, ours: str, peer: str) -> str:
    sign = -1 if target.less_is_better else 1
    reaches = [sign * value >= sign * bound for bound in (target.desired, target.required)]
    result = "(desired met)" if reaches[0] else "(required met)" if reaches[1] else "**(not met)**"
    return f"| {label} | {target.required:g} | {target.desired:g} | {ours} {result} | {peer} |"


def _table(table: Sequence[Row]) -> str:
    lines = ["| on | measure | ours | alt-profanity-check | texts |", "|---|---|---|---|---|"]
    for row in table:
        cells = (row["on"], row["measure"], _interval(row["ours"]), _interval(row["peer"]), f"{row['ours']['n']:,}")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _interval(figure: Mapping[str, Any] | None) -> str:
    if figure is None:
        return ""
    return f"{figure['value']:.4f} ({figure['low']:.4f}–{figure['high']:.4f})"


def perspective_table(curve: Mapping[str, Any]) -> str:
    """The curve to Perspective's numbers, and what thresholds flag with it, as Markdown."""
    points = ", ".join(f"{x:.4f} → {y:g}" for x, y in zip(curve["ours"], curve["theirs"], strict=True))
    lines = [
        f"**{curve['attribute']}** from `{curve['label']}` of {curve['model']}, {curve['texts']:,} texts, "
        f"rank correlation {curve['check']['rank_correlation']:.2f}: {points}.",
        "",
        "| threshold | flagged by Perspective | by the curve | without it | same answer | of Perspective's, found |",
        "|---|---|---|---|---|---|",
    ]
    for row in curve["check"]["thresholds"]:
        shown = (_percent(row[name]) for name in ("perspective", "curve", "plain", "same", "found"))
        lines.append(f"| {row['threshold']:g} | {' | '.join(shown)} |")
    return "\n".join(lines)


def _percent(figure: Mapping[str, Any]) -> str:
    return f"{figure['value']:.2%} ({figure['low']:.2%}–{figure['high']:.2%})".replace("%", " %")


def _sources(artifact: Artifact) -> str:
    lines = ["| source | licence | file | SHA-256 |", "|---|---|---|---|"]
    for source in artifact.manifest["sources"]:
        lines.append(f"| {source['name']} | {source['licence']} | {source['file']} | `{source['sha256'][:16]}…` |")
    return "\n".join(lines)
