"""Word ids: fixed ones for the words that a model knows, temporary ones for all other words."""

from itertools import chain
from typing import Final

from models.text.lexicon import Lexicon

MAX_NEW_WORDS: Final = 32_768


class Vocabulary:
    """Gives each word an id. Not thread-safe.

    size: the number of known words; their ids are below it. ordinary: a byte per known word, 1 if it is ordinary (see
    `models.inference.reader.is_ordinary`); without it no word takes that shortcut, which changes no result.
    """

    def __init__(self, lexicon: Lexicon, ordinary: bytes = b"") -> None:
        self.lexicon = lexicon
        self.size = len(lexicon.ids)
        self.ordinary = ordinary or bytes(self.size)
        self._new: dict[str, int] = {}
        self._pending: list[str] = []

    def __len__(self) -> int:
        return self.size + len(self._new)

    @property
    def words(self) -> list[str]:
        """All words, in the order of their ids."""
        return list(chain(self.lexicon.ids, self._new))

    @property
    def is_full(self) -> bool:
        """Whether there are too many new words, so that it is time to `clear`."""
        return len(self._new) > MAX_NEW_WORDS

    def clear(self) -> None:
        """Forget all new words; their ids are assigned again."""
        self._new, self._pending = {}, []

    def id_of(self, word: str) -> int:
        """The id of a word; a new word gets the next free one."""
        known = self.lexicon.ids.get(word)
        if known is not None:
            return known
        word_id = self._new.get(word)
        if word_id is None:
            word_id = self._new[word] = self.size + len(self._new)
            self._pending.append(word)
        return word_id

    def take_pending(self) -> list[str]:
        """The words that have been added since the last call, in the order of their ids."""
        pending, self._pending = self._pending, []
        return pending
