"""`python -m models.evaluation.encoder`: what the optional multilingual encoder adds, off and on.

Writes `evaluation.json` and `CARD.md` next to the encoder's head. The sets are those of `models.evaluation.evaluate`
in the languages about which the encoder is asked, and the sentences of `identity_sentences.txt`, which name groups.
"""

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from string import Template
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.evaluation.benchmarks import read_benchmarks
from models.evaluation.evaluate import HOLD_AT
from models.evaluation.functional_cases import read_cases
from models.evaluation.languages import language_cases
from models.evaluation.metrics import Figure, auc, bpsn, share
from models.inference.sentence_encoder import FOLDER, MANIFEST, SentenceEncoder
from models.scorer import Scorer, ScoringInput
from models.training.datasets import SOURCES
from models.training.encoder_head import CALIBRATED_ON

TEXTS: Final = 4_000
"""Only so many texts of a set: the encoder takes some seconds for each thousand."""

BENCHMARKS: Final = ("offenseval2020", "turkish_hate_speech", "germeval2021")
SENTENCES: Final = Path(__file__).with_name("identity_sentences.txt")
_TEMPLATE: Final = Path(__file__).with_name("encoder.md.template")

Values = NDArray[np.float64]


class Readings(NamedTuple):
    """The probabilities of abuse of texts without the encoder, with it, and the log-odds of the encoder alone."""

    off: Values
    on: Values
    alone: Values


class Remembering:
    """The package's encoder, which reads a text once for both columns."""

    def __init__(self, encode: Callable[[list[str]], NDArray[np.float32]]) -> None:
        self._encode = encode
        self._known: dict[str, NDArray[np.float32]] = {}

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """The numbers of texts, shape (n_texts, DIMENSIONS)."""
        if new := [text for text in dict.fromkeys(texts) if text not in self._known]:
            self._known |= zip(new, self._encode(new), strict=True)
        return np.array([self._known[text] for text in texts])


class Reader:
    """Scores texts in each of the three ways."""

    def __init__(self, encoder: SentenceEncoder) -> None:
        encoder.load()
        self._encoder = replace(encoder, loaded=[Remembering(each.encode) for each in encoder.loaded])
        self._off, self._on = Scorer.load(), Scorer.load(encoder=self._encoder)

    def read(self, texts: Sequence[str], *, alone: int | None = None) -> Readings:
        """All three, in the order of the texts. alone: of how many texts the third is wanted, None for all."""
        inputs = [ScoringInput(text) for text in texts]
        off, on = ([s.abuse for s in each.score_many(inputs, with_evidence=False)] for each in (self._off, self._on))
        by_encoder = [value or 0.0 for value in self._encoder.log_odds(texts[:alone])]
        return Readings(np.array(off), np.array(on), np.array(by_encoder))


def main() -> None:
    """Evaluate the installed encoder from the command line: write and print the card."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    options.add_argument("--head", type=Path, default=FOLDER)
    chosen = options.parse_args()
    reader = Reader(SentenceEncoder.find(chosen.head))
    table = [
        *benchmarks(reader, chosen.data),
        *held_out(reader, chosen.data),
        *functional(reader),
        *identities(reader),
        *false_alarms(reader, chosen.data),
    ]
    (chosen.head / "evaluation.json").write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", "utf-8")
    page = card(chosen.head)
    (chosen.head / "CARD.md").write_text(page, "utf-8")
    print(page)


def benchmarks(reader: Reader, data: Path) -> Iterator[dict[str, Any]]:
    """The first texts of sets that nothing was trained on."""
    sets = read_benchmarks(data, frozenset())
    for name in BENCHMARKS:
        benchmark = sets[name]
        found = reader.read(benchmark.texts[:TEXTS])
        yield _row(f"{name} ({benchmark.language})", "AUC", *(auc(benchmark.truth[:TEXTS], each) for each in found))


def held_out(reader: Reader, data: Path) -> Iterator[dict[str, Any]]:
    """The held-out tenths of the corpora of other languages."""
    languages = {source: language for language, source in CALIBRATED_ON.items()}
    for source in SOURCES:
        if source.name in languages:
            known = {each.text: each for each in source.examples(data) if "abuse" in each.labels}
            tests = [each for each in known.values() if each.part == "test" and each.text.strip()][:TEXTS]
            truth, found = np.array([each.labels["abuse"] for each in tests]), reader.read([e.text for e in tests])
            on = f"{source.name}, its held-out tenth ({languages[source.name]})"
            yield _row(on, "AUC", *(auc(truth, each) for each in found))


def functional(reader: Reader) -> Iterator[dict[str, Any]]:
    """Our own functional cases, by language; 0.5 is chance."""
    cases = [case for case in read_cases() if case.want != "spam" and case.language != "en"]
    found = reader.read([case.body for case in cases])
    bad, languages = np.array([case.want != "ham" for case in cases]), np.array([case.language for case in cases])
    for language in dict.fromkeys(languages.tolist()):
        chosen = languages == language
        off, with_it, alone = (auc(bad[chosen], each[chosen]) for each in found)
        yield _row(f"functional cases ({language})", "AUC", off, with_it, alone)


def identities(reader: Reader) -> Iterator[dict[str, Any]]:
    """Whether naming a group raises scores: by language the worst BPSN, and what is held of neutral sentences."""
    for language, sentences in identity_sentences().items():
        groups, texts, is_bad = zip(*sentences, strict=True)
        found, truth, named = reader.read(texts), np.array(is_bad), np.array(groups)
        worst = [
            min((bpsn(truth, each, named == group) for group in dict.fromkeys(groups)), key=lambda area: area.value)
            for each in found
        ]
        yield _row(f"the worst of {len(set(groups))} groups ({language})", "BPSN AUC", *worst)
        held = [share(each[~truth] >= HOLD_AT["abuse"]) for each in found[:2]]
        yield _row(f"neutral sentences about groups, held ({language})", "share", *held)


def false_alarms(reader: Reader, data: Path) -> Iterator[dict[str, Any]]:
    """What is held of a real blog's approved comments, and of our own innocent sentences in other languages."""
    blog = read_benchmarks(data, frozenset())["haacked"].texts
    sentences = [text for language, text in language_cases() if language != "en"]
    limit = np.log(HOLD_AT["abuse"] / (1 - HOLD_AT["abuse"]))
    for name, texts in (("haacked (en)", blog), ("our own innocent sentences, 20 languages", sentences)):
        found = reader.read(texts, alone=TEXTS)
        off, with_it = (share(each >= HOLD_AT["abuse"]) for each in found[:2])
        yield _row(f"{name}, held as abuse", "share", off, with_it, share(found.alone >= limit))


def identity_sentences() -> dict[str, list[tuple[str, str, bool]]]:
    """By language: each sentence about each group, as the group, the text, and whether it is abusive."""
    book: dict[str, dict[str, list[str]]] = {}
    for line in SENTENCES.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            language, section = line.removeprefix("== ").split()
            lines = book.setdefault(language, {}).setdefault(section, [])
        elif not line.startswith("#"):
            lines += line.split("|") if section == "groups" else [line]
    return {
        language: [
            (group, text.format(group), section == "abusive")
            for group in parts["groups"]
            for section in ("neutral", "abusive")
            for text in parts[section]
        ]
        for language, parts in book.items()
    }


def card(folder: Path) -> str:
    """The page about the head in a folder, filled with the table beside it."""
    manifest, table = (
        json.loads((folder / name).read_text(encoding="utf-8")) for name in (MANIFEST, "evaluation.json")
    )
    lines = ["| on | measure | off | on | the encoder alone | texts |", "|---|---|---|---|---|---|"]
    for row in table:
        cells = [_shown(row[way]) for way in ("off", "on", "alone")]
        lines.append(f"| {row['set']} | {row['measure']} | {' | '.join(cells)} | {row['off']['n']:,} |")
    files = [f"| {name} | `{digest}` |" for name, digest in manifest["encoder"].items()]
    return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        table="\n".join(lines),
        files="\n".join(["| file | SHA-256 |", "|---|---|", *files]),
        languages=", ".join(manifest["languages"]),
        calibrated_with=manifest["calibrated_with"],
        sources=", ".join(f"{source['name']} ({source['licence']})" for source in manifest["sources"]),
    )


def _row(on: str, measure: str, off: Figure, with_it: Figure, alone: Figure | None = None) -> dict[str, Any]:
    return {
        "set": on,
        "measure": measure,
        "off": asdict(off),
        "on": asdict(with_it),
        "alone": None if alone is None else asdict(alone),
    }


def _shown(figure: dict[str, Any] | None) -> str:
    return "" if figure is None else f"{figure['value']:.3f} ({figure['low']:.3f}–{figure['high']:.3f})"


if __name__ == "__main__":
    main()
