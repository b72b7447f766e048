"""Readers of the public corpora: path, licence, labels and weight of each.

To add a corpus: a reader here, its share for spam in data_mixture.py, and its licence in docs/licences.md.
"""

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Literal

ABUSE: Final = ("abuse", "toxic", "severe", "obscene", "threat", "insult", "identity_attack")
FOREIGN: Final = "foreign_abuse"
"""`abuse` of texts in other languages than English. Its target is that of `abuse`; scores show it as `abuse`."""

LABELS: Final = (*ABUSE, "spam")
HEADS: Final = (*LABELS, FOREIGN)
Part = Literal["train", "tune", "test"]
Row = Mapping[str, Any]
CLEAN: Final = dict.fromkeys(ABUSE, 0.0)


@dataclass(frozen=True, slots=True)
class Example:
    """A text with its labels.

    labels: label -> 0.0 or 1.0; a label that the source does not know is missing.
    weight: in training; 1.0 for a Wikipedia comment.
    corpus, copied_from: the source and the text of the original, for a changed copy. family: of a generated text.
    """

    text: str
    labels: Mapping[str, float]
    source: str
    weight: float = 1.0
    language: str = "en"
    name: str = ""
    website: str = ""
    thread_title: str = ""
    thread_url: str = ""
    signals: frozenset[str] = frozenset()
    near_copies: int = 0
    corpus: str = ""
    copied_from: str = ""
    family: str = ""

    @property
    def body(self) -> str:
        """The text, under its name in `SubmissionFields`."""
        return self.text

    @property
    def part(self) -> Part:
        """The split, by a hash of the text; copies of a text, changed or not, are in the same one."""
        bucket = (
            int(
                sha256(
                    " ".join((self.copied_from or self.text).lower().split()).encode("utf-8", "surrogatepass")
                ).hexdigest()[:8],
                16,
            )
            % 10
        )
        return "test" if bucket == 0 else "tune" if bucket == 1 else "train"


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a corpus. path is relative to the data folder; read turns a row into examples."""

    name: str
    path: str
    licence: str
    read: Callable[[Row], list[Example]] = field(repr=False)

    def examples(self, data: Path) -> Iterator[Example]:
        """All examples of this source in the order of its file. data: the folder with all sources."""
        for row in rows(data / self.path):
            yield from self.read(row)

    def digest(self, data: Path) -> str:
        """SHA-256 of the file, 64 hexadecimal digits, for the manifest."""
        return sha256((data / self.path).read_bytes()).hexdigest()


def rows(path: Path) -> Iterator[Row]:
    """The rows of a gzipped JSON Lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _jigsaw(row: Row) -> list[Example]:
    names = {"toxic": "toxic", "severe_toxic": "severe", "obscene": "obscene", "threat": "threat",
             "insult": "insult", "identity_hate": "identity_attack"}  # fmt: skip
    known = {label: float(row[column]) for column, label in names.items() if row[column] is not None}
    return [Example(row["text"], {"abuse": float(row["any"]), **known}, "jigsaw")]


def _civil(row: Row) -> list[Example]:
    """All texts were rated toxic before; the votes of a second rating tell the kind. A split vote is unknown."""
    share = {kind: votes / row["annotators"] for kind, votes in row["type_votes"].items()}
    kinds = {
        "insult": "Insult",
        "threat": "Threat",
        "identity_attack": "Identity based Attack",
        "obscene": "Profane/Obscene",
    }
    known = {label: _vote(share.get(kind, 0.0)) for label, kind in kinds.items()}
    known["abuse"] = known["toxic"] = _vote(1.0 - row["not_toxic_votes"] / row["annotators"])
    return [Example(row["text"], {label: vote for label, vote in known.items() if vote is not None}, "civil")]


def _vote(share: float) -> float | None:
    return 1.0 if share >= 0.5 else 0.0 if share < 0.26 else None


def _davidson(row: Row) -> list[Example]:
    bad = float(row["class"] != "neither")
    hate = 1.0 if row["class"] == "hate" else 0.0
    return [Example(row["text"], {"abuse": bad, "toxic": bad, "identity_attack": hate}, "davidson", weight=0.2)]


def _paradetox(row: Row) -> list[Example]:
    """Minimal pairs: the same meaning in rude and in neutral words."""
    rude = Example(row["text"], {"abuse": 1.0, "toxic": 1.0}, "paradetox")
    kind = {"abuse": 0.0, "toxic": 0.0}
    return [rude, *(Example(text, kind, "paradetox", weight=1.0 / len(row["neutral"])) for text in row["neutral"])]


def _hatexplain(row: Row) -> list[Example]:
    bad = float(row["majority"] in ("hate", "offensive", "hatespeech"))
    return [Example(row["text"], {"abuse": bad, "toxic": bad}, "hatexplain", weight=0.5)]


def _germeval(row: Row) -> list[Example]:
    bad = float(row["coarse"] == "OFFENSE")
    known = {
        "abuse": bad,
        "toxic": bad,
        "insult": float(row["fine"] == "INSULT"),
        "obscene": float(row["fine"] == "PROFANITY"),
    }
    return [Example(row["text"], known, "germeval", language="de")]


def _told_br(row: Row) -> list[Example]:
    known = {label: _vote(row[label] / 3) for label in ("insult", "obscene")}
    hate = max(row[kind] for kind in ("homophobia", "racism", "misogyny", "xenophobia"))
    worst = max(hate, row["insult"], row["obscene"])
    known |= {"identity_attack": _vote(hate / 3), "abuse": _vote(worst / 3), "toxic": _vote(worst / 3)}
    return [
        Example(row["text"], {k: v for k, v in known.items() if v is not None}, "told_br", weight=0.5, language="pt")
    ]


def _mlma(language: str) -> Callable[[Row], list[Example]]:
    def read(row: Row) -> list[Example]:
        kinds = set(row["sentiment"].split("_"))
        bad = (
            0.0
            if kinds == {"normal"}
            else 1.0
            if kinds & {"abusive", "offensive", "hateful", "disrespectful"}
            else None
        )
        if bad is None or (bad and "normal" in kinds):
            return []
        return [Example(row["text"], {"abuse": bad, "toxic": bad}, f"mlma_{language}", weight=0.3, language=language)]

    return read


def _beep(row: Row) -> list[Example]:
    bad = float(row["hate"] != "none")
    return [Example(row["text"], {"abuse": bad, "toxic": bad}, "beep", weight=0.5, language="ko")]


def _spam(source: str, weight: float) -> Callable[[Row], list[Example]]:
    """Rows with a spam label. Ham counts as free of abuse, which is nearly always right."""

    def read(row: Row) -> list[Example]:
        text = row["text"][:2000]
        known = {"spam": float(row["spam"])} if row["spam"] else {**CLEAN, "spam": 0.0}
        return [Example(text, known, source, weight=weight, name=row.get("author") or "")]

    return read


SOURCES: Final = (
    Source("jigsaw", "train/jigsaw_toxic_train/train.jsonl.gz", "data CC0, text CC BY-SA 3.0", _jigsaw),
    Source("civil", "train/civil_comments_toxic_spans/comments.jsonl.gz", "CC0 1.0", _civil),
    Source("paradetox", "train/paradetox/pairs.jsonl.gz", "CC0 1.0", _paradetox),
    Source("davidson", "train/davidson/tweets.jsonl.gz", "MIT", _davidson),
    Source("hatexplain", "train/hatexplain/val.jsonl.gz", "MIT", _hatexplain),
    Source("germeval", "train/germeval2018_de/train.jsonl.gz", "CC BY 4.0", _germeval),
    Source("told_br", "train/told_br_pt/tweets.jsonl.gz", "CC BY-SA 4.0", _told_br),
    Source("mlma_en", "train/mlma/en.jsonl.gz", "MIT", _mlma("en")),
    Source("mlma_fr", "train/mlma/fr.jsonl.gz", "MIT", _mlma("fr")),
    Source("beep", "train/beep_ko/train.jsonl.gz", "CC BY-SA 4.0", _beep),
    Source("youtube", "train/youtube_spam/comments.jsonl.gz", "citation (Alberto 2015)", _spam("youtube", 1.0)),
    Source("sms", "train/sms_spam/sms.jsonl.gz", "free with attribution (Almeida 2011)", _spam("sms", 0.3)),
    Source("mails", "train/spamassassin/mails.jsonl.gz", "Apache-2.0", _spam("mails", 0.5)),
    Source("telegram", "train/tg_spam/samples.jsonl.gz", "MIT", _spam("telegram", 1.0)),
)


def read_corpora(data: Path) -> Iterator[Example]:
    """All examples of all corpora, without duplicates within a corpus."""
    for source in SOURCES:
        seen: set[str] = set()
        for example in source.examples(data):
            if example.text.strip() and example.text not in seen:
                seen.add(example.text)
                yield example
