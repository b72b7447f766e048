"""Normalizes text in nine steps that undo common obfuscations, and maps each character to its source.

1 remove invisible characters, 2 NFKC, 3 remove ornamental marks, 4 replace decorated letters, 5 replace look-alikes
in words of mixed scripts, 6 join separated letters ("i.d.i.o.t", "i d i o t"), 7 shorten repeated letters, 8 undo
leet ("1d10t"), 9 fold case.

Text is split at white space into tokens, and each token is cleaned on its own, so that the result can be cached.
Only separated letters ("i d i o t") are joined across tokens.
"""

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

from models.text.homoglyphs import LEET
from models.text.unicode_folding import PLAIN_WORD, Cells, fold, latinize_mixed

_TOKEN = re.compile(r"\S+")
_THRICE = re.compile(r"(.)\1\1+")
_NEEDS_CLEANING = re.compile(  # ASCII tokens for which lower() is not enough
    r"[\x00-\x1f\x7f]|([a-z])\1\1|[a-z][0-9@$]|[0-9@$][a-z]"
    r"|(?<![a-z0-9])[a-z0-9@$][^a-z0-9@$\s]{1,2}[a-z0-9@$][^a-z0-9@$\s]{1,2}[a-z0-9@$]"
)
_DOTTED = re.compile(r"(?<![^\W_])(?:[^\W_][._\-*~|,/·•+=:;]{1,2}){3,}[^\W_](?![^\W_])")
_LEET_SIGN = re.compile(r"[0134578@$]")
_LEET_RUN = re.compile(
    r"(?<![a-z0-9@$])[0-9@$]*[a-z][a-z0-9@$]*"
)  # matches from its start only; otherwise digits take quadratic time
_PLAIN_RUN = re.compile(r"[0-9]+[a-z]{0,3}|[a-z]+[0-9]*|@.*")  # 2nd, 100k, mp3, covid19, @mention
_ADDRESS = re.compile(r"://|^www\.|\w@\w+\.\w")
_SPACED_OUT = re.compile("x(?:-*x){3,}")
_SEPARATORS = frozenset("._-*~|,/·•+=:;!?")


class CleanText(NamedTuple):
    """Normalized text.

    text: the normalized tokens, separated by single spaces.
    starts, ends: for each character of `text`, the code points of the original that it stands for.
    changes: how often each obfuscation was undone, by name.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    changes: Mapping[str, int]


def _clean_text(cells: Cells) -> CleanText:
    return CleanText(cells.text, tuple(cells.starts), tuple(cells.ends), cells.changes)


def normalize(text: str) -> CleanText:
    """Normalize any string in linear time. Idempotent."""
    whole = Cells()
    for at, token in clean_tokens(text):
        if whole.chars:
            whole.chars.append(" ")
            whole.starts.append(at + token.starts[0])
            whole.ends.append(at + token.starts[0])
        whole.chars += token.text
        whole.starts += [at + start for start in token.starts]
        whole.ends += [at + end for end in token.ends]
        whole.record(token.changes)
    return _clean_text(whole)


def clean_tokens(text: str) -> list[tuple[int, CleanText]]:
    """The normalized tokens of `text`, none empty, each with the code point at which its offsets start."""
    found = [(match.start(), match.group()) for match in _TOKEN.finditer(text)]
    cleaned = {raw: clean(raw) for raw in {raw for _, raw in found}}  # separated letters repeat a lot
    return _join_lone_letters([(at, cleaned[raw]) for at, raw in found if cleaned[raw].text])


def shape_of(token: str) -> str:
    """The shape of a cleaned token: "x" for a lone letter, "-" for a separator, "." for anything else."""
    return "x" if len(token) < 4 and _lone_letter(token) else "-" if token in _SEPARATORS else "."


def is_spaced_out(shapes: str) -> bool:
    """Whether a text has four lone letters in a row. shapes: the shapes of its tokens."""
    return shapes.count("x") >= 4 and _SPACED_OUT.search(shapes) is not None


def is_leet(shapes: str) -> bool:
    """Whether a text uses leet, so that "4" alone is a word. shapes: of its tokens, "l" for a token with leet."""
    return shapes.count("l") >= 3 and 4 * shapes.count("l") >= len(shapes)


def decode_digits(digits: str) -> str:
    """The word that a token of digits stands for in leet."""
    return "".join(LEET.get(digit, digit) for digit in digits)


def is_clean(token: str) -> bool:
    """Whether a token is a lower-case word that cleaning would not change."""
    return PLAIN_WORD.fullmatch(token) is not None and not _THRICE.search(token)


def is_settled(token: str, low: str) -> bool:
    """Whether lower case is all that normalization changes in a token. low: the token in lower case."""
    if low.isalpha():
        return (token.isascii() or PLAIN_WORD.fullmatch(low) is not None) and not _THRICE.search(low)
    return token.isascii() and not _NEEDS_CLEANING.search(low)


def clean(token: str) -> CleanText:
    """Normalize one token, which has no white space. Offsets are relative to its start."""
    low = token.lower()
    if is_settled(token, low):
        count = len(low)
        return CleanText(low, tuple(range(count)), tuple(range(1, count + 1)), {})
    cells = fold(token)
    text = cells.text
    if text.isalpha():  # no dots, no digits
        _unstretch(cells)
    elif not _ADDRESS.search(text):
        _undot(cells)
        _unleet(cells)
        _unstretch(cells)
    return _clean_text(cells)


def _undot(cells: Cells) -> None:
    """Step 6 within a token: join "i.d.i.o.t". Version numbers and IP addresses, mostly digits, are kept."""
    text = cells.text
    dropped: set[int] = set()
    for match in _DOTTED.finditer(text):
        run = match.group()
        if 2 * sum(map(str.isalpha, run)) > sum(map(str.isalnum, run)):
            dropped.update(i for i in range(match.start(), match.end()) if not text[i].isalnum())
            cells.record({"spaced": 1})
    if dropped:
        cells.keep([i for i in range(len(text)) if i not in dropped])


def _unleet(cells: Cells) -> None:
    """Step 8: replace digits and signs inside a word by letters. Ordinals, units and model numbers are kept."""
    text = cells.text
    for match in _LEET_RUN.finditer(text) if _LEET_SIGN.search(text) else ():
        run = match.group()
        signs = sum(map(run.count, LEET))
        if not signs or 2 * signs > len(run) + 1 or len(run) > 32 or _PLAIN_RUN.fullmatch(run):
            continue
        cells.chars[match.start() : match.end()] = map(LEET.get, run, run)
        cells.record({"leet": 1})
    latinize_mixed(cells)  # a letter that stood alone beside a sign is part of a word now


def _unstretch(cells: Cells) -> None:
    """Step 7: keep two of three or more equal letters ("stuuuupid"); the second one spans the removed ones."""
    text = cells.text
    dropped: set[int] = set()
    for match in _THRICE.finditer(text):
        if not match[1].isalnum() or match[1].isdecimal():
            continue
        dropped.update(range(match.start() + 2, match.end()))
        cells.ends[match.start() + 1] = cells.ends[match.end() - 1]
        cells.record({"stretched": 1})
    if dropped:
        cells.keep([i for i in range(len(text)) if i not in dropped])


def _join_lone_letters(tokens: list[tuple[int, CleanText]]) -> list[tuple[int, CleanText]]:
    """Step 6 across tokens: join four or more lone letters into words, split where the gaps are wider."""
    joined: list[tuple[int, CleanText]] = []
    done = 0
    for match in _SPACED_OUT.finditer("".join([shape_of(token.text) for _, token in tokens])):
        run = [token for token in tokens[match.start() : match.end()] if token[1].text not in _SEPARATORS]
        if 2 * sum([_lone_letter(token.text).isalpha() for _, token in run]) > len(run):
            joined += tokens[done : match.start()]
            joined += [_one_word(part) if len(part) > 1 else part[0] for part in _parts(run)]
            done = match.end()
    return joined + tokens[done:]


def _lone_letter(text: str) -> str:
    """The only letter or digit of a token such as "i", "i." or "-i"; empty for any other token."""
    if len(text) == 1:
        return text if text.isalnum() or text in "@$" else ""
    if len(text) > 3:
        return ""
    letters = [char for char in text if char.isalnum() or char in "@$"]
    return letters[0] if len(letters) == 1 and all(c in letters or c in _SEPARATORS for c in text) else ""


def _parts(run: list[tuple[int, CleanText]]) -> list[list[tuple[int, CleanText]]]:
    gaps = [b_at + b.starts[0] - a_at - a.ends[-1] for (a_at, a), (b_at, b) in pairwise(run)]
    narrow = min(gaps)
    parts = [[run[0]]]
    for gap, token in zip(gaps, run[1:], strict=True):
        if gap > narrow:
            parts.append([token])
        else:
            parts[-1].append(token)
    lonely = "".join("1" if len(part) == 1 else "-" for part in parts)
    return [run] if "1111" in lonely else parts


def _one_word(part: list[tuple[int, CleanText]]) -> tuple[int, CleanText]:
    cells = Cells()
    cells.chars = [_lone_letter(token.text) for _, token in part]
    cells.starts = [at for at, _ in part]
    cells.ends = [at + token.ends[-1] for at, token in part]
    for _, token in part:
        cells.record(token.changes)
    cells.record({"spaced": 1})
    latinize_mixed(cells)
    _unleet(cells)
    _unstretch(cells)
    return 0, _clean_text(cells)
