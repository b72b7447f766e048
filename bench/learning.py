"""`python -m bench.learning`: what learning costs: a replay, a lesson, a comment scored with it, the bytes kept.

Texts are generated, half of them spam, each by an author of its own; one in 50 decisions is wrong. Processor time of
one thread.
"""

import argparse
import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from models.learning.replay import replay
from models.learning.serving import ServedModel
from models.learning.site_model import SiteModel
from models.lesson_reader import LessonReader
from models.scorer import Scorer
from models.training.synthetic import generate
from moderation.lessons import MOST_LESSONS, Author, Lesson, UnreadLesson, Verdict
from moderation.score import ScoringInput

WRONG = 0.02
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
BATCH = 512
ROUNDS = 7


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--lessons", type=int, default=MOST_LESSONS)
    chosen = options.parse_args()
    measure(chosen.lessons)


def measure(count: int) -> None:
    """Print each cost on a line."""
    scorer = Scorer.load()
    reader = LessonReader(scorer)
    samples = list(generate(count + 10 * BATCH, seed=1))
    readings = [ScoringInput(sample.body) for sample in samples]
    lessons = _lessons(reader, readings[:count], [sample.is_spam for sample in samples[:count]])

    began = time.process_time()
    made = replay(lessons, forgotten={})
    took = time.process_time() - began
    again = replay(lessons, forgotten={})
    model = SiteModel.from_bytes(made.weights)
    kept = [len(head.to_bytes()) / 1024 for head in model.heads]
    print(f"{count:,} lessons replayed for both heads: {took:.1f} s, {took / count * 1e6:,.0f} µs a lesson")
    print(f"the same bytes a second time: {again.weights == made.weights}")
    print(f"kept for spam {kept[0]:.0f} KB ({len(model.spam.words):,} words), for abuse {kept[1]:.0f} KB")

    others = readings[count:]
    lines = {"": None, "noted": ServedModel("sm_1", model), "in force": ServedModel("sm_1", model, is_in_force=True)}
    rounds = [{name: _score_time(scorer, others, each) for name, each in lines.items()} for _ in range(ROUNDS)]
    costs = {name: min(each[name] for each in rounds) for name in lines}
    for name in ("noted", "in force"):
        more = costs[name] - costs[""]
        print(f"a comment in batches of {BATCH}, site's line {name}: {more:+.1f} µs beside {costs['']:.0f} µs")


def _lessons(reader: LessonReader, readings: Sequence[ScoringInput], is_spam: Sequence[bool]) -> list[Lesson]:
    chosen = random.Random(1)
    unread = [UnreadLesson(f"{n:06}", reading, Author(n + 1), n + 1) for n, reading in enumerate(readings)]
    began = time.process_time()
    read = reader.read_lessons(unread)
    print(f"reading the text of a lesson: {(time.process_time() - began) / len(unread) * 1e6:,.0f} µs")
    lessons = []
    for each, spam in zip(read, is_spam, strict=True):
        rejected = spam is not (chosen.random() < WRONG)
        verdict = Verdict(True, None) if rejected else Verdict(False, False)
        lessons.append(
            Lesson(
                id=each.id,
                comment_id=each.id,
                by_id="mod_1",
                at=BEGIN + timedelta(minutes=len(lessons)),
                verdict=verdict,
                author=each.author,
                copy_key=each.copy_key,
                spam=each.spam,
                abuse=each.abuse,
                words=each.words,
                signs=each.signs,
            )
        )
    return lessons


def _score_time(scorer: Scorer, readings: Sequence[ScoringInput], served: ServedModel | None) -> float:
    """Microseconds of a comment in one round."""
    began = time.process_time()
    for start in range(0, len(readings), BATCH):
        batch = readings[start : start + BATCH]
        scorer.score_many(batch, site_models=[served] * len(batch), with_evidence=False)
    return (time.process_time() - began) / len(readings) * 1e6


if __name__ == "__main__":
    main()
