"""Word ids: fixed ones for the words that a model knows, temporary ones for all other words."""

from typing import Final

from models.text.lexicon import Lexicon

MAX_NEW_WORDS: Final = 32_768


class Vocabulary:
    """Gives each word an id. Not thread-safe.

    size: the number of known words; their ids are below it. ordinary: a byte per known word, 1 if it is ordinary (see
    `models.inference.reader.is_ordinary`); without it no word takes that shortcut, which changes no result.
    generation: how often the new words were forgotten.
    """

    def __init__(self, lexicon: Lexicon, ordinary: bytes = b"") -> None:
        self.lexicon = lexicon
        self.size = len(lexicon.ids)
        self.ordinary = ordinary or bytes(self.size)
        self.generation = 0
        self._known = list(lexicon.ids)
        self._new: dict[str, int] = {}
        self._new_words: list[str] = []
        self._pending: list[str] = []

    def __len__(self) -> int:
        return self.size + len(self._new)

    @property
    def words(self) -> list[str]:
        """All words, in the order of their ids."""
        return self._known + self._new_words

    @property
    def is_full(self) -> bool:
        """Whether there are too many new words, so that it is time to `clear`."""
        return len(self._new) > MAX_NEW_WORDS

    def clear(self) -> None:
        """Forget all new words; their ids are assigned again."""
        self._new, self._new_words, self._pending = {}, [], []
        self.generation += 1

    def id_of(self, word: str) -> int:
        """The id of a word; a new word gets the next free one."""
        known = self.lexicon.ids.get(word)
        if known is not None:
            return known
        word_id = self._new.get(word)
        if word_id is None:
            word_id = self._new[word] = self.size + len(self._new)
            self._new_words.append(word)
            self._pending.append(word)
        return word_id

    def word_of(self, word_id: int) -> str:
        """The word with an id."""
        return self._known[word_id] if word_id < self.size else self._new_words[word_id - self.size]

    def take_pending(self) -> list[str]:
        """The words that have been added since the last call, in the order of their ids."""
        pending, self._pending = self._pending, []
        return pending
