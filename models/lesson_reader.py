"""Reads the texts of lessons, and replays lessons with the checks that need the classifier."""

from collections.abc import Callable, Collection, Mapping, Sequence

from models.features.ngrams import word_hash
from models.learning.observation import bucket_of
from models.learning.replay import replay
from models.scorer import Scorer
from moderation.lessons import Lesson, ReadLesson, Replayed, UnreadLesson
from moderation.score import ScoringInput


class LessonReader:
    """The classifier as a site's learner needs it."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self.version = scorer.version

    def read_lessons(self, unread: Sequence[UnreadLesson]) -> list[ReadLesson]:
        """What the texts of lessons say, as it is stored."""
        seen = self._scorer.observe_many([lesson.reading for lesson in unread])
        return [
            ReadLesson(
                lesson.id,
                lesson.author,
                lesson.copy_key,
                self.version,
                text.spam,
                text.abuse,
                text.words_as_bytes(),
                text.signs_as_bytes(),
            )
            for lesson, text in zip(unread, seen, strict=True)
        ]

    def words_in(self, text: ScoringInput) -> Mapping[int, str]:
        """The words of a text, by the buckets in which a site learns them."""
        return {bucket_of(word_hash(word)): word for word in self._scorer.words_of(text.body)}

    def replay(
        self,
        lessons: Sequence[Lesson],
        *,
        forgotten: Mapping[str, Collection[int]],
        former: bytes = b"",
        on_step: Callable[[], None] = lambda: None,
    ) -> Replayed:
        """Learn the lessons in their order, and check the result."""
        samples = self._scorer.observe_many(self._scorer.samples)
        return replay(lessons, forgotten=forgotten, former=former, samples=samples, on_step=on_step)
