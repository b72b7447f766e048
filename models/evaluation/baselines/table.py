"""The rows of `baselines.json` as a Markdown table."""

from collections.abc import Mapping, Sequence
from typing import Any

_AREAS = ("jigsaw", "kaggle_insults", "surge_toxicity", "paradetox")


def as_markdown(table: Sequence[Mapping[str, Any]]) -> str:
    """One line per classifier. Combinations have no costs of their own."""
    heads = ["", *_AREAS, "haacked flagged", "worst term, BPSN", "MB", "one, µs", "batch, a second", "note"]
    return "\n".join([_line(heads), _line(["---"] * len(heads)), *(_line(_cells(row)) for row in table)])


def _cells(row: Mapping[str, Any]) -> list[str]:
    worst = row["worst term"]
    figures = [*(f"{row[name]['value']:.3f}" for name in _AREAS), f"{row['haacked']['value']:.2%}"]
    costs = (
        [f"{row['bytes'] / 1e6:.1f}", f"{row['one_us']:,.0f}", f"{row['batch_per_s']:,.0f}"]
        if "bytes" in row
        else [""] * 3
    )
    return [row["name"], *figures, f"{worst['value']:.2f} ({worst['term']})", *costs, row["note"]]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
