"""Python's search for garbage in cycles, spared where nearly nothing is one."""

import gc
from typing import Final

GARBAGE: Final = 100_000


def freeze_gc() -> None:
    """Spare this process, and its children, the search in what was made so far, and most of it in what they make.

    A batch is tens of thousands of values without a cycle among them; looking through them and through the classifier
    was a seventh of the work, and in a child copied the parent's pages.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)
