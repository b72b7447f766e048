"""The model card: `card.md.template`, filled in with the tables of the evaluation."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any, Final, NamedTuple

from models.artifact import Artifact
from models.evaluation.baselines.table import as_markdown as baselines_table
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
_TEMPLATE: Final = Path(__file__).with_name("card.md.template")


def card(
    artifact: Artifact,
    report: Mapping[str, Sequence[Row]],
    baselines: Sequence[Row] | None = None,
    source_ablation: Mapping[str, Sequence[Row]] | None = None,
    perspective: Mapping[str, Any] | None = None,
) -> str:
    """The whole card as Markdown.

    baselines, source_ablation: the tables of the commands of these names, None if they were not run.
    perspective: what the command `perspective_curve` wrote.
    """
    ablation = [f"**{head}**\n\n{ablation_table(table)}" for head, table in (source_ablation or {}).items()]
    return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        version=artifact.version,
        targets=_targets(report),
        tables="\n\n".join(f"## {name.capitalize()}\n\n{_table(table)}" for name, table in report.items()),
        baselines=baselines_table(baselines) if baselines else _NOT_COMPUTED,
        ablation="\n\n".join(ablation) or _NOT_COMPUTED,
        perspective=perspective_table(perspective) if perspective else _NOT_COMPUTED,
        sources=_sources(artifact),
    )


def _targets(report: Mapping[str, Sequence[Row]]) -> str:
    lines = ["| on | required | desired | ours | alt-profanity-check |", "|---|---|---|---|---|"]
    for target in TARGETS:
        row = next(r for r in report[target.table] if r["on"] == target.on and r["measure"] == target.measure)
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
