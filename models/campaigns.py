"""Finds comments of nearly the same text: MinHash over characters, cut into bands a database can look up.

A spam campaign changes the link, the greeting and a word or two. Two texts whose sets of character 4-grams
have a Jaccard similarity of J share a band with probability 1 - (1 - J^4)^32: 0.99 at 0.6, 0.87 at 0.5 and
0.05 at 0.2. Source: Broder 1997, "On the resemblance and containment of documents". SimHash, made for web
pages, finds less than one in ten copies with two words changed: comments are too short for it.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Bands: TypeAlias = tuple[int, ...]
Words: TypeAlias = npt.NDArray[np.uint32]

BANDS = 32
ROWS = 4
GRAM = 4
NEAR = 0.5
FEWEST_WORDS = 5
LONGEST = 8_192
CHUNK = 32_768

_LINK = re.compile(r"(?:https?|ftp)://\S+|www\.\S+")
_ADDRESS = re.compile(r"\S{1,64}@\S{1,255}")
_NUMBER = re.compile(r"\d+")


def sketch_many(bodies: Sequence[str]) -> list[Bands]:
    """Give each body its 32 band hashes, signed 64-bit, or () where the text has fewer than five words.

    The hashes are the same on every machine and in every version: they are stored. Equal texts give equal
    bands, and the number of a band is part of its hash, so one column is enough to look them up. Only
    the first 8,192 characters count.
    """
    plain = [_plain(body) for body in bodies]
    wanted = [i for i, text in enumerate(plain) if _is_long_enough(text)]
    sketches: list[Bands] = [()] * len(bodies)
    for chunk in _chunks(wanted, plain):
        for i, bands in zip(chunk, _bands([plain[i] for i in chunk]), strict=True):
            sketches[i] = bands
    return sketches


def similarity(a: str, b: str) -> float:
    """Measure how alike two bodies are: the Jaccard similarity of their character 4-grams, in [0, 1].

    Links, addresses and numbers count as equal. From `NEAR` on, call them copies; a shared band is a hint.
    """
    grams_a, grams_b = _grams(_plain(a)), _grams(_plain(b))
    union = len(grams_a | grams_b)
    return len(grams_a & grams_b) / union if union else 1.0


def _plain(body: str) -> str:
    text = unicodedata.normalize("NFKC", body[:LONGEST]).casefold()[:LONGEST]
    if "@" in text:
        text = _ADDRESS.sub("@", text)
    return " ".join(_NUMBER.sub("0", _LINK.sub("\N{LINK SYMBOL}", text)).split())


def _is_long_enough(text: str) -> bool:
    words = text.count(" ") + 1 - text.count("\N{LINK SYMBOL}")
    return words >= FEWEST_WORDS or (words == 1 and len(text) >= GRAM * FEWEST_WORDS and not text.isascii())


def _grams(text: str) -> set[str]:
    return {text[i : i + GRAM] for i in range(max(1, len(text) - GRAM + 1))}


def _chunks(wanted: list[int], plain: list[str]) -> Iterator[list[int]]:
    """Group texts so that the arrays of one round fit the processor's cache."""
    chunk: list[int] = []
    size = 0
    for i in wanted:
        if chunk and size + len(plain[i]) > CHUNK:
            yield chunk
            chunk, size = [], 0
        chunk.append(i)
        size += len(plain[i])
    if chunk:
        yield chunk


def _bands(texts: list[str]) -> list[Bands]:
    """Hash the texts, each at least four characters long, row by row: shape (len(texts), 32) as tuples."""
    starts, shingles = _shingles(texts)
    rows = np.empty((BANDS * ROWS, len(texts)), dtype=np.uint32)
    scratch = np.empty_like(shingles)
    for row, (times, plus) in enumerate(zip(_TIMES, _PLUS, strict=True)):
        np.multiply(shingles, times, out=scratch)
        np.add(scratch, plus, out=scratch)
        np.minimum.reduceat(scratch, starts, out=rows[row])
    return [tuple(bands) for bands in _folded(rows).T.tolist()]


def _shingles(texts: list[str]) -> tuple[npt.NDArray[np.intp], Words]:
    """Hash every character 4-gram of each text; `starts` says where a text's first one lies."""
    lengths = np.array([len(text) for text in texts], dtype=np.intp)
    points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint32)
    hashed = np.zeros(len(points), dtype=np.uint32)
    for k in range(GRAM):
        hashed[: len(points) - k] = (hashed[: len(points) - k] ^ points[k:]) * np.uint32(0x85EBCA6B)
        hashed ^= hashed >> np.uint32(15)
    own = np.ones(len(points), dtype=bool)
    ends = np.cumsum(lengths)
    for k in range(1, GRAM):
        own[ends - k] = False
    starts = np.concatenate(([0], np.cumsum(lengths - (GRAM - 1))[:-1]))
    return starts, hashed[own]


def _folded(rows: Words) -> npt.NDArray[np.int64]:
    """Fold the four rows of a band, and its number, into one signed 64-bit hash: shape (32, texts)."""
    grouped = rows.reshape(BANDS, ROWS, -1).astype(np.uint64)
    folded = np.broadcast_to(np.arange(1, BANDS + 1, dtype=np.uint64)[:, None], grouped[:, 0].shape)
    for row in range(ROWS):
        folded = (folded ^ grouped[:, row]) * np.uint64(0x9E3779B97F4A7C15)
        folded = folded ^ (folded >> np.uint64(29))
    return folded.view(np.int64)


def _seeded(salt: int) -> Words:
    """Give 128 fixed numbers by splitmix64, so that a new numpy cannot change what is stored."""
    numbers, state, mask = [], salt, (1 << 64) - 1
    for _ in range(BANDS * ROWS):
        state = (state + 0x9E3779B97F4A7C15) & mask
        z = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        numbers.append((z ^ (z >> 31)) >> 32)
    return np.array(numbers, dtype=np.uint32)


_TIMES = _seeded(1) | np.uint32(1)
_PLUS = _seeded(2)
