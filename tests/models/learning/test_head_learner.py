"""The learner, against the arithmetic written out with scalars, and what it promises."""

import random
from math import exp, log

import numpy as np
import pytest

from models.learning.head_learner import MOST_WORDS, Author, HeadLearner
from models.learning.observation import BUCKETS, SIGNS, Observation
from models.learning.site_model import BadSiteModel, HeadModel, SiteModel

NONE = np.zeros(SIGNS, np.float32)


def a_text(*words: int, shipped: float = 0.0, signs: dict[int, float] | None = None) -> Observation:
    values = NONE.copy()
    for sign, value in (signs or {}).items():
        values[sign] = value
    return Observation(shipped, shipped, np.array(sorted(words), np.uint32), values)


def teach(learner: HeadLearner, text: Observation, author: Author | int, unwanted: bool, weight: float = 1.0) -> None:
    author = author if isinstance(author, Author) else Author(author)
    learner.learn(text.spam, text.inputs(), author, unwanted=unwanted, weight=weight)


def log_odds(learner: HeadLearner, text: Observation) -> float:
    return learner.log_odds(text.spam, text.inputs())


def many_lessons(seed: int = 7, count: int = 300) -> list[tuple[Observation, Author, bool]]:
    chosen = random.Random(seed)
    lessons = []
    for number in range(count):
        unwanted = chosen.random() < 0.4
        words = {
            chosen.randrange(200) + 1000 * unwanted * chosen.randrange(2) for _ in range(chosen.randrange(1, 30))
        }
        text = a_text(*words, shipped=chosen.gauss(2 * unwanted - 1, 2), signs={3: chosen.random()})
        lessons.append((text, Author(number + 1), unwanted))
    return lessons


class Scalars:
    """The same learner with one number at a time: for one word, without signs, caps or doubt about approvals."""

    def __init__(self) -> None:
        self.curve = [1.0, 0.0]
        self.curve_cov = [[1 / 16, 0.0], [0.0, 4.0]]
        self.trust = [1.0, 0.0, 1.0]
        self.trust_cov = [[1 / 16, 0.0, 0.0], [0.0, 4.0, 0.0], [0.0, 0.0, 1.0]]
        self.word, self.variance, self.teachers = 0.0, 1 / 0.3, 0

    def log_odds(self, shipped: float) -> float:
        learned = self.word if self.teachers >= 2 else 0.0
        return self.trust[0] * shipped + self.trust[1] + self.trust[2] * learned

    def reject(self, shipped: float) -> None:
        learned = self.word if self.teachers >= 2 else 0.0
        self._step(self.trust, self.trust_cov, [shipped, 1.0, learned], self.log_odds(shipped), 0.0)
        z = self.curve[0] * shipped + self.curve[1] + self.word
        damping, slope, curvature = self._step(self.curve, self.curve_cov, [shipped, 1.0], z, self.variance)
        self.word += self.variance * slope * damping
        self.variance = 1 / (1 / self.variance + curvature * damping)
        self.teachers += 1

    @staticmethod
    def _step(mean, cov, x, z, others):
        p = 1 / (1 + exp(-z))
        slope, curvature = 1 - p, p * (1 - p)
        along = [sum(c * v for c, v in zip(row, x, strict=True)) for row in cov]
        damping = 1 / (1 + curvature * (sum(a * v for a, v in zip(along, x, strict=True)) + others))
        for i, each in enumerate(along):
            mean[i] += each * slope * damping
            for j, other in enumerate(along):
                cov[i][j] -= curvature * damping * each * other
        return damping, slope, curvature


def test_it_does_what_the_arithmetic_written_out_does():
    learner, scalars = HeadLearner(), Scalars()

    for author, shipped in enumerate((-2.0, -1.0, 0.5, 1.5, -0.25), start=1):
        teach(learner, a_text(77, shipped=shipped), author, unwanted=True)
        scalars.reject(shipped)

        assert log_odds(learner, a_text(77, shipped=-1.0)) == pytest.approx(scalars.log_odds(-1.0), abs=1e-12)


def test_before_the_first_lesson_the_shipped_log_odds_stand():
    assert log_odds(HeadLearner(), a_text(1, 2, 3, shipped=-1.25)) == -1.25


def test_one_approval_moves_less_than_one_rejection_because_it_may_be_a_slip():
    approved, rejected = HeadLearner(), HeadLearner()

    teach(approved, a_text(1), 1, unwanted=False)
    teach(rejected, a_text(1), 1, unwanted=True)

    assert 0 < -log_odds(approved, a_text(1)) < log_odds(rejected, a_text(1))


def test_the_same_lessons_give_the_same_bytes():
    models = []
    for _ in range(2):
        learner = HeadLearner()
        for lesson in many_lessons():
            teach(learner, *lesson)
        models.append(learner.model().to_bytes())

    assert models[0] == models[1]
    assert len(models[0]) > 1_000


@pytest.mark.parametrize(
    ("second", "counts"),
    [
        (Author(1), False),
        (Author(2), True),
        (Author(2, network=5), False),
        (Author(2, domain=9), False),
        (Author(2, network=6, domain=8), True),
    ],
)
def test_a_word_counts_once_two_authors_taught_it_who_differ_in_everything_known(second, counts):
    learner = HeadLearner()

    teach(learner, a_text(77), Author(1, network=5, domain=9), unwanted=True)
    teach(learner, a_text(77), second, unwanted=True)

    assert (77 in learner.model().words) is counts


def test_one_author_teaches_one_word_five_times_at_most():
    weights = []
    for times in (4, 5, 6, 40):
        learner = HeadLearner()
        teach(learner, a_text(77), 1, unwanted=True)
        teach(learner, a_text(77), 2, unwanted=True)
        for _ in range(1, times):
            teach(learner, a_text(77), 1, unwanted=True)
        weights.append(learner.model().weights[0])

    assert weights[0] < weights[1] == weights[2] == weights[3]


def test_a_forgotten_word_stays_at_nothing():
    learner = HeadLearner(forgotten=[77])

    for author in range(1, 9):
        teach(learner, a_text(77, 78), author, unwanted=True)

    assert learner.model().words.tolist() == [78]


def test_a_decision_without_weight_teaches_nothing():
    learner = HeadLearner()

    teach(learner, a_text(77), 1, unwanted=True, weight=0.0)

    assert log_odds(learner, a_text(77, shipped=0.5)) == 0.5


def test_what_is_served_gives_the_log_odds_of_the_learner():
    learner = HeadLearner()
    lessons = many_lessons()
    for lesson in lessons:
        teach(learner, *lesson)

    model = learner.model()

    for text, _, _ in lessons:
        assert model.log_odds(text.spam, text) == pytest.approx(log_odds(learner, text), abs=1e-5)


def test_weights_survive_being_stored():
    learner = HeadLearner()
    for lesson in many_lessons():
        teach(learner, *lesson)
    stored = SiteModel(learner.model(), HeadLearner().model()).to_bytes()

    again = SiteModel.from_bytes(stored)

    assert again.to_bytes() == stored
    assert (
        again.spam.word_weights(learner.model().words).tolist()
        == (learner.model().weights.astype(np.float64) * again.spam.trust).tolist()
    )


@pytest.mark.parametrize("damage", [lambda b: b[:-1], lambda b: b + b"x", lambda b: b"RSM0" + b[4:], lambda b: b""])
def test_damaged_weights_are_refused(damage):
    stored = SiteModel(HeadLearner().model(), HeadLearner().model()).to_bytes()

    with pytest.raises(BadSiteModel):
        SiteModel.from_bytes(damage(stored))


def test_a_full_head_has_at_most_128_kilobytes():
    words = np.arange(MOST_WORDS, dtype=np.uint32)
    head = HeadModel(
        1.0, 0.0, 1.0, (0.0, 0.0, 0.0), words, np.ones(MOST_WORDS, np.float32), np.zeros(SIGNS, np.float32)
    )

    assert len(head.to_bytes()) <= 128 * 1024


def test_an_observation_survives_being_stored():
    text = a_text(5, BUCKETS - 1, shipped=log(3), signs={0: 1.0, SIGNS - 1: 0.25})

    again = Observation.from_bytes(text.spam, text.abuse, text.words_as_bytes(), text.signs_as_bytes())

    assert (again.words.tolist(), again.signs.tolist()) == (text.words.tolist(), text.signs.tolist())
