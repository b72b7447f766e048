"""Pictures of figures as rectangles and lines, which a template draws as SVG: 600 by 160, zero at the bottom left."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 600, 160
GAP = 2


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle. kind: its class, which has the colour; title: what it says when it is pointed at."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """A vertical line with its name, for a threshold."""

    x: float
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Chart:
    """bars, lines: what is drawn. top: the number that the height stands for."""

    bars: Sequence[Bar]
    lines: Sequence[Line]
    top: int


def stacked(
    columns: Sequence[tuple[str, Sequence[tuple[str, int]]]], lines: Sequence[tuple[float, str, str]] = ()
) -> Chart:
    """Columns, each with its title and its parts from the bottom up: kind and number.

    lines: a place from 0 to 1, the kind and the title of each.
    """
    top = max((sum(number for _, number in parts) for _, parts in columns), default=0)
    step = WIDTH / max(len(columns), 1)
    bars = []
    for place, (title, parts) in enumerate(columns):
        base = 0.0
        for kind, number in parts:
            height = HEIGHT * number / top if top else 0.0
            if height:
                x, y = place * step + GAP / 2, HEIGHT - base - height
                bars.append(Bar(round(x, 2), round(y, 2), round(step - GAP, 2), round(height, 2), kind, title))
            base += height
    return Chart(bars, [Line(round(share * WIDTH, 2), kind, title) for share, kind, title in lines], top)
