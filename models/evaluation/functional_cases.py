"""Functional cases: short comments that each test one capability, such as telling a slur from its quotation.

The functions follow those of HateCheck (Röttger et al., 2021) and add threats, self-harm, harassment, spam and their
harmless look-alikes. Every sentence is our own. The cases only measure: nothing here may teach a model, and they use
other words and sentence plans than the phrase books of models/training/abuse_families and models/training/synthetic,
so that a good result means that the model generalises.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

Want: TypeAlias = Literal["abuse", "identity_attack", "threat", "spam", "ham"]

CASES: Final = Path(__file__).with_name("functional_cases.jsonl")


@dataclass(frozen=True, slots=True)
class FunctionalCase:
    """One comment and the head that should fire on it.

    want: abuse, identity_attack and threat are all abuse, the last two of that kind in particular; ham is neither
    abuse nor spam.
    """

    function: str
    language: str
    body: str
    want: Want
    name: str = ""
    website: str = ""
    thread_title: str = ""


def read_cases() -> Iterator[FunctionalCase]:
    """Every case, in the order of the file."""
    with CASES.open(encoding="utf-8") as lines:
        for line in lines:
            yield FunctionalCase(**json.loads(line))
