"""What a check of `rejoinder doctor` found."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How bad a finding is. Only WRONG makes `rejoinder doctor` exit with 1."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check. remedy: what to do, "" when nothing is wrong."""

    subject: str
    state: State
    text: str
    remedy: str = ""
