"""Parses texts into word ids and feature counts. Training and serving use this one reader."""

import re
from itertools import chain

from models.features.counts import ONE_WORD, count_text, is_ascii_text, is_neutral
from models.inference.parsed_text import ParsedText, token_starts
from models.inference.token_cache import Span, TokenCache, TokenIds, TokenSums, pack, unpack
from models.inference.vocabulary import Vocabulary
from models.text.lexicon import MAX_WORD_LENGTH, Lexicon, WordSpan, split_words
from models.text.normalize import (
    clean,
    clean_tokens,
    decode_digits,
    is_clean,
    is_leet,
    is_settled,
    is_spaced_out,
    shape_of,
)
from models.text.scripts import has_telling_script
from models.text.urls import may_contain_link

_ONE_WORD = pack(ONE_WORD)
_WHOLE = [((0, size),) for size in range(MAX_WORD_LENGTH + 1)]
#: a word that only capitals and punctuation distinguish from its entry; group 1: the word, 2: "!" or "?" after it.
#: A quotation mark may be doubled, as exports to CSV leave it.
_DRESSED = re.compile(
    r"""\(?"{0,2}((?!www)[a-z0-9]+(?:['-][a-z0-9]+)*)"""
    r"""(?:[.,;:]?(?:\)|"{0,2})|(?:\)|"{1,2})[.,]|\.\.+|([!?]+)(?:\)|"{0,2}))"""
)
_PUNCTUATION = '.,;:()"'  # around a number
_LINE_BREAK = re.compile(r"<br\b[^<>]{0,40}>", re.IGNORECASE)


def is_ordinary(word: str, lexicon: Lexicon) -> bool:
    """Whether a known word parses to itself and counts only as one word. Nearly all known words do."""
    return (
        is_clean(word)
        and len(word) <= MAX_WORD_LENGTH
        and shape_of(word) == "."
        and not has_telling_script(word)
        and is_neutral(word)
        and lexicon.correct(word) == (word,)
    )


class Reader:
    """Parses texts. Not thread-safe. A parsed text stays valid after `evict`, but its word ids do not."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary, self.lexicon = vocabulary, vocabulary.lexicon
        self._id_of = vocabulary.id_of
        self.cache = TokenCache(self._parse)

    def evict(self) -> None:
        """Forget all tokens and new words if there are too many. Word ids change, so call it between batches only."""
        if self.vocabulary.is_full or self.cache.is_full:
            self.vocabulary.clear()
            self.clear_cache()

    def clear_cache(self) -> None:
        """Forget all tokens. Word ids stay."""
        self.cache = TokenCache(self._parse)

    def read(self, text: str) -> ParsedText:
        """Parse a text. A line break in HTML separates words, as the line break that it is."""
        if "<br" in text or "<BR" in text:
            text = _LINE_BREAK.sub(lambda found: " " * len(found[0]), text)
        cache = self.cache
        tokens = text.split() or [""]
        known = cache.ascii if is_ascii_text(text) else cache.other
        token_ids = list(map(known.__getitem__, tokens))
        sums = unpack(sum(map(cache.packed.__getitem__, token_ids)))
        shapes = "".join(map(cache.shapes.__getitem__, token_ids)) if sums.lone > 3 or sums.leet > 2 else ""
        if is_spaced_out(shapes):
            return self._read_spaced_out(text, tokens, token_ids, sums)
        if is_leet(shapes):
            words = self._read_leet(text, tokens, token_ids)
            word_ids, spans = [word_id for word_id, _ in words], [span for _, span in words]
            return ParsedText(tokens, token_ids, word_ids, spans, sums.counts, sums.script, cache)
        word_ids = list(chain.from_iterable(map(cache.word_ids.__getitem__, token_ids)))
        return ParsedText(tokens, token_ids, word_ids, None, sums.counts, sums.script, cache)

    def _read_spaced_out(self, text: str, tokens: list[str], token_ids: list[int], sums: TokenSums) -> ParsedText:
        """Parse a text with spaced-out letters as a whole: its tokens are not its words."""
        cleaned = clean_tokens(text)
        joined = " ".join([token.text for _, token in cleaned])
        counts, feature_words = count_text(text, joined, is_ascii_text(text), self.lexicon.correct)
        words = [(at, word) for at, token in cleaned for word in self.lexicon.read(token)]
        word_ids = [self._id_of(word) for _, (word, _, _) in words]
        spans = [(at + start, at + end) for at, (_, start, end) in words]
        return ParsedText(
            tokens,
            token_ids,
            word_ids,
            spans,
            counts,
            sums.script,
            self.cache,
            words=set(feature_words),
        )

    def _read_leet(self, text: str, tokens: list[str], token_ids: list[int]) -> list[tuple[int, Span]]:
        cache = self.cache
        words: list[tuple[int, Span]] = []
        for at, token, token_id in zip(token_starts(text, tokens), tokens, token_ids, strict=True):
            digits = token.strip(_PUNCTUATION)
            word = decode_digits(digits) if digits.isdecimal() else ""
            if self.lexicon.is_common(word):
                start = at + token.index(digits)
                words.append((self._id_of(word), (start, start + len(digits))))
            else:
                shift = at + cache.offset(token_id, token)
                spans = [(shift + start, shift + end) for start, end in cache.spans[token_id]]
                words += zip(cache.word_ids[token_id], spans, strict=True)
        return words

    def _parse(self, raw: str, known: TokenIds) -> int:
        """Parse a token that is not cached; returns its token id."""
        word_id = self.lexicon.ids.get(raw)
        if word_id is not None and self.vocabulary.ordinary[word_id]:
            spans = _WHOLE[len(raw)]
            return self.cache.add(raw, _ONE_WORD, word_ids=(word_id,), spans=spans, words=(raw,), shape=".")
        match = _DRESSED.fullmatch(raw.lower()) if raw.isascii() else None
        if match is None or len(match[1]) < 2:
            return self._parse_any(raw, known)
        if match[1] == raw:
            return self._parse_plain(raw, known)
        return self._parse_dressed(raw, match, known)

    def _parse_plain(self, word: str, known: TokenIds) -> int:
        """Parse a word without capitals and punctuation."""
        if is_clean(word) and len(word) <= MAX_WORD_LENGTH and is_neutral(word):
            parts = self.lexicon.correct(word)
            if len(parts) == 1:
                ids, spans = (self._id_of(parts[0]),), _WHOLE[len(word)]
                return self.cache.add(word, _ONE_WORD, word_ids=ids, spans=spans, words=(word,), shape=".")
        return self._parse_any(word, known)

    def _parse_dressed(self, raw: str, match: re.Match[str], known: TokenIds) -> int:
        """Parse a word with capitals or punctuation as that word; "!" or "?" at its end is one more word."""
        word, exclamation, start = match[1], match[2], match.start(1)
        if (start and may_contain_link(match.string)) or (exclamation and "-" in word):
            return self._parse_any(raw, known)
        token_id = known[word]
        if not exclamation:
            return token_id
        cache, parts = self.cache, self.lexicon.correct(exclamation[:3])
        spans = [(start + a, start + b) for a, b in cache.spans[token_id]]
        return cache.add(
            raw,
            cache.packed[token_id],
            word_ids=(*cache.word_ids[token_id], *map(self._id_of, parts)),
            spans=(*spans, *[match.span(2)] * len(parts)),
            words=cache.words[token_id],
            shape=cache.shapes[token_id],
        )

    def _parse_any(self, raw: str, known: TokenIds) -> int:
        words, shape, cleaned = self._clean(raw)
        counts, feature_words = count_text(raw, cleaned, known.is_ascii, self.lexicon.correct)
        return self.cache.add(
            raw,
            pack(counts, has_telling_script(raw), shape),
            word_ids=tuple([self._id_of(word) for word, _, _ in words]),
            spans=tuple([(start, end) for _, start, end in words]),
            words=tuple(feature_words),
            shape=shape,
        )

    def _clean(self, raw: str) -> tuple[list[WordSpan], str, str]:
        """The words of a token, its shape, and its normalized text."""
        low = raw.lower()
        if is_settled(raw, low):
            words = self.lexicon.rejoin(split_words(low))
            return [(part, a, b) for word, a, b in words for part in self.lexicon.correct(word)], shape_of(low), low
        cleaned = clean(raw)
        shape = "l" if "leet" in cleaned.changes else shape_of(cleaned.text)
        return self.lexicon.read(cleaned), shape, cleaned.text
