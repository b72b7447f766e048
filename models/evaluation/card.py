"""The model card: tables from the evaluation, prose from `models.evaluation.card_text`."""

from collections.abc import Mapping, Sequence
from typing import Any

from models.artifact import Artifact
from models.evaluation.baselines.table import as_markdown as rivals_table
from models.evaluation.card_text import COSTS_APART, FRONTIER, INTRODUCTION, LEFT_OUT, LIMITS, RIVALS
from models.evaluation.source_ablation import as_markdown as left_out_table

Row = Mapping[str, Any]

#: what the project promised: table, row, measure, bar, reach for; a low figure is the good one where `less` is said
BARS = (
    ("other sets", "kaggle_insults (en), insult", "AUC", 0.90, 0.92, "more"),
    ("in domain", "jigsaw, mean of the six labels", "AUC", 0.983, 0.987, "more"),
    ("false alarms", "haacked, held as abuse", "share", 0.003, 0.001, "less"),
    ("false alarms", "haacked, held as spam", "share", 0.003, 0.001, "less"),
    ("spam", "lm_blog, real WordPress spam", "recall at the default threshold", 0.80, 0.95, "more"),
    ("spam", "youtube Eminem (en)", "AUC", 0.985, 0.99, "more"),
    ("false alarms", "paradetox neutral side, held", "share", 0.05, 0.03, "less"),
    ("in domain", "jigsaw, abuse", "ECE", 0.02, 0.01, "less"),
)
_UNDONE = ("leet", "homoglyphs", "fullwidth", "zero-width", "bold", "zalgo", "spaced", "dotted", "stretched")
_STOOD = ("swapped", "unspaced", "praised")


def card(
    artifact: Artifact,
    report: Mapping[str, Sequence[Row]],
    frontier: Sequence[Row] | None = None,
    holdout: Mapping[str, Sequence[Row]] | None = None,
) -> str:
    """The whole card as Markdown.

    frontier, holdout: tables of `models.evaluation.baselines` and `models.evaluation.source_ablation`, if they exist.
    """
    parts = [f"# {artifact.version}", INTRODUCTION, "## What was promised, and what is", _bars(report), COSTS_APART]
    for name, table in report.items():
        parts += [f"## {name.capitalize()}", _table(table)]
    if frontier:
        parts += [RIVALS, rivals_table(frontier)]
    if holdout:
        parts += [LEFT_OUT, *(f"**{head}**\n\n{left_out_table(table)}" for head, table in holdout.items())]
    parts += [FRONTIER, LIMITS, "## Trained on", _sources(artifact)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _bars(report: Mapping[str, Sequence[Row]]) -> str:
    lines = ["| on | bar | reach for | ours | alt-profanity-check |", "|---|---|---|---|---|"]
    for table, on, measure, bar, reach, sense in BARS:
        row = next(row for row in report[table] if row["on"] == on and row["measure"] == measure)
        lines.append(
            _promise(
                f"{on}: {measure}", bar, reach, row["ours"]["value"], _shown(row["ours"]), _shown(row["peer"]), sense
            )
        )
    worst = min(
        (row for row in report["identities"] if row["measure"] == "BPSN AUC"), key=lambda row: row["ours"]["value"]
    )
    theirs = min(
        (row["peer"]["value"] for row in report["identities"] if row["measure"] == "BPSN AUC" and row["peer"]),
        default=None,
    )
    peer = "" if theirs is None else f"{theirs:.3f} (its worst)"
    lines.append(
        _promise(
            f"worst identity term ({worst['on']}): BPSN AUC",
            0.90,
            0.95,
            worst["ours"]["value"],
            _shown(worst["ours"]),
            peer,
            "more",
        )
    )
    for head, names, bar, reach, title in (
        ("abuse", _UNDONE, 0.02, 0.01, "that can be undone"),
        ("abuse", _STOOD, 0.08, 0.05, "that must be stood"),
        ("spam", _UNDONE, 0.02, 0.01, "that can be undone"),
        ("spam", _STOOD, 0.08, 0.05, "that must be stood"),
    ):
        of_head = [row for row in report["evasion"] if row["measure"] == f"AUC of {head}"]
        ours, theirs_loss, name = _worst_loss(of_head, names)
        lines.append(
            _promise(
                f"{head}: loss of AUC under the worst attack {title} ({name})",
                bar,
                reach,
                ours,
                f"{ours:.3f}",
                theirs_loss,
                "less",
            )
        )
    return "\n".join(lines)


def _worst_loss(table: Sequence[Row], names: Sequence[str]) -> tuple[float, str, str]:
    clean = {row["on"].split(", ")[0]: row for row in table if row["on"].endswith(", none")}
    losses = []
    for row in table:
        on, attack = row["on"].split(", ")
        if attack in names:
            peer = clean[on]["peer"]["value"] - row["peer"]["value"] if row["peer"] else None
            losses.append((clean[on]["ours"]["value"] - row["ours"]["value"], peer, row["on"]))
    ours, _, name = max(losses)
    theirs = max((peer for _, peer, _ in losses if peer is not None), default=None)
    return ours, "" if theirs is None else f"{theirs:.3f} (its worst)", name


def _promise(what: str, bar: float, reach: float, value: float, ours: str, peer: str, sense: str) -> str:
    met = value >= bar if sense == "more" else value <= bar
    reached = value >= reach if sense == "more" else value <= reach
    mark = "reached" if reached else "met" if met else "**not met**"
    return f"| {what} | {bar:g} | {reach:g} | {ours} {mark} | {peer} |"


def _table(table: Sequence[Row]) -> str:
    lines = ["| on | measure | ours | alt-profanity-check | texts |", "|---|---|---|---|---|"]
    for row in table:
        count = f"{row['ours']['n']:,}"
        lines.append(f"| {row['on']} | {row['measure']} | {_shown(row['ours'])} | {_shown(row['peer'])} | {count} |")
    return "\n".join(lines)


def _shown(figure: Mapping[str, Any] | None) -> str:
    if figure is None:
        return ""
    return f"{figure['value']:.4f} ({figure['low']:.4f}–{figure['high']:.4f})"


def _sources(artifact: Artifact) -> str:
    lines = ["| source | licence | file | SHA-256 |", "|---|---|---|---|"]
    for source in artifact.manifest["sources"]:
        lines.append(f"| {source['name']} | {source['licence']} | {source['file']} | `{source['sha256'][:16]}…` |")
    return "\n".join(lines)
