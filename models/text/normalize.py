"""What a classifier reads: a text with its disguises undone in nine steps, and where each letter came from.

The text is cut at white space and every piece is cleaned alone, so that a piece can be remembered. Only letters
that stand alone ("i d i o t") are looked at across pieces.
"""

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

from models.text.homoglyphs import LEET
from models.text.unicode_folding import HONEST, Cells, unfold, unmix

_PIECE = re.compile(r"\S+")
_THRICE = re.compile(r"(.)\1\1+")
_ODD = re.compile(  # what makes an ASCII piece more than its lower case
    r"[\x00-\x1f\x7f]|([a-z])\1\1|[a-z][0-9@$]|[0-9@$][a-z]"
    r"|(?<![a-z0-9])[a-z0-9@$][^a-z0-9@$\s]{1,2}[a-z0-9@$][^a-z0-9@$\s]{1,2}[a-z0-9@$]"
)
_DOTTED = re.compile(r"(?<![^\W_])(?:[^\W_][._\-*~|,/·•+=:;]{1,2}){3,}[^\W_](?![^\W_])")
_LEET_SIGN = re.compile(r"[0134578@$]")
_LEET_RUN = re.compile(r"(?<![a-z0-9@$])[0-9@$]*[a-z][a-z0-9@$]*")  # from its start only, or digits cost their square
_PLAIN_RUN = re.compile(r"[0-9]+[a-z]{0,3}|[a-z]+[0-9]*|@.*")  # 2nd, 100k, mp3, covid19, @mention
_ADDRESS = re.compile(r"://|^www\.|\w@\w+\.\w")
_SPACED_OUT = re.compile("x(?:-*x){3,}")
_SEPARATORS = frozenset("._-*~|,/·•+=:;!?")


class Plain(NamedTuple):
    """A text as the classifier reads it.

    text: the cleaned text; pieces are parted by one space.
    starts, ends: for each letter of `text`, the code points of the original that it stands for.
    changes: how often each disguise was undone, by name; hiding is itself evidence.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    changes: Mapping[str, int]


def _plain(cells: Cells) -> Plain:
    return Plain(cells.text, tuple(cells.starts), tuple(cells.ends), cells.changes)


def normalise(text: str) -> Plain:
    """Undo disguises in `text`: any string, in time linear in its length. Cleaning twice changes nothing more."""
    whole = Cells()
    for at, piece in pieces(text):
        if whole.chars:
            whole.chars.append(" ")
            whole.starts.append(at + piece.starts[0])
            whole.ends.append(at + piece.starts[0])
        whole.chars += piece.text
        whole.starts += [at + start for start in piece.starts]
        whole.ends += [at + end for end in piece.ends]
        whole.tell(piece.changes)
    return _plain(whole)


def pieces(text: str) -> list[tuple[int, Plain]]:
    """The cleaned pieces of `text`, none empty, each with the code point at which its offsets begin."""
    found = [(match.start(), match.group()) for match in _PIECE.finditer(text)]
    cleaned = {raw: clean(raw) for raw in {raw for _, raw in found}}  # letters that stand alone are few
    return _join_letters([(at, cleaned[raw]) for at, raw in found if cleaned[raw].text])


def mark_of(piece: str) -> str:
    """One sign for a cleaned piece: "x" for a letter alone, "-" for a separator, "." for anything else."""
    return "x" if len(piece) < 4 and _lone_letter(piece) else "-" if piece in _SEPARATORS else "."


def is_spaced_out(marks: str) -> bool:
    """Whether four letters stand alone in a row, by the marks of a text's pieces; only then must pieces be joined."""
    return marks.count("x") >= 4 and _SPACED_OUT.search(marks) is not None


def is_leet(marks: str) -> bool:
    """Whether a text writes digits for letters, by the marks of its pieces ("l"); then "4" alone is a word, too."""
    return marks.count("l") >= 3 and 4 * marks.count("l") >= len(marks)


def spelled(digits: str) -> str:
    """The word that digits alone stand for in such a text."""
    return "".join(LEET.get(digit, digit) for digit in digits)


def is_clean(piece: str) -> bool:
    """Whether a piece is a word of letters in lower case that cleaning would leave as it is."""
    return HONEST.fullmatch(piece) is not None and not _THRICE.search(piece)


def clean(piece: str) -> Plain:
    """Clean one piece of text without white space; offsets count from its first code point."""
    low = piece.lower()
    if low.isalpha():
        is_settled = (piece.isascii() or HONEST.fullmatch(low)) and not _THRICE.search(low)
    else:
        is_settled = piece.isascii() and not _ODD.search(low)
    if is_settled:
        count = len(low)
        return Plain(low, tuple(range(count)), tuple(range(1, count + 1)), {})
    cells = unfold(piece)
    text = cells.text
    if text.isalpha():  # no dots, no digits
        _unstretch(cells)
    elif not _ADDRESS.search(text):
        _undot(cells)
        _unleet(cells)
        _unstretch(cells)
    return _plain(cells)


def _undot(cells: Cells) -> None:
    """Step 6 within a piece: "i.d.i.o.t" is a word. Versions and addresses, mostly digits, are not."""
    text = cells.text
    dropped: set[int] = set()
    for match in _DOTTED.finditer(text):
        run = match.group()
        if 2 * sum(map(str.isalpha, run)) > sum(map(str.isalnum, run)):
            dropped.update(i for i in range(match.start(), match.end()) if not text[i].isalnum())
            cells.tell({"spaced": 1})
    if dropped:
        cells.keep([i for i in range(len(text)) if i not in dropped])


def _unleet(cells: Cells) -> None:
    """Step 8: digits and signs inside a word stand for letters; ordinals, units and model numbers stay."""
    text = cells.text
    for match in _LEET_RUN.finditer(text) if _LEET_SIGN.search(text) else ():
        run = match.group()
        signs = sum(map(run.count, LEET))
        if not signs or 2 * signs > len(run) + 1 or len(run) > 32 or _PLAIN_RUN.fullmatch(run):
            continue
        cells.chars[match.start() : match.end()] = map(LEET.get, run, run)
        cells.tell({"leet": 1})


def _unstretch(cells: Cells) -> None:
    """Step 7: "stuuuupid" keeps two of its letters; the third and later ones are covered by the second."""
    text = cells.text
    dropped: set[int] = set()
    for match in _THRICE.finditer(text):
        if not match[1].isalnum() or match[1].isdecimal():
            continue
        dropped.update(range(match.start() + 2, match.end()))
        cells.ends[match.start() + 1] = cells.ends[match.end() - 1]
        cells.tell({"stretched": 1})
    if dropped:
        cells.keep([i for i in range(len(text)) if i not in dropped])


def _join_letters(pieces: list[tuple[int, Plain]]) -> list[tuple[int, Plain]]:
    """Step 6 across pieces: four and more letters that stand alone are one word, parted where the gaps are wider."""
    joined: list[tuple[int, Plain]] = []
    done = 0
    for match in _SPACED_OUT.finditer("".join([mark_of(piece.text) for _, piece in pieces])):
        run = [piece for piece in pieces[match.start() : match.end()] if piece[1].text not in _SEPARATORS]
        if 2 * sum([_lone_letter(piece.text).isalpha() for _, piece in run]) > len(run):
            joined += pieces[done : match.start()]
            joined += [_one_word(part) if len(part) > 1 else part[0] for part in _parts(run)]
            done = match.end()
    return joined + pieces[done:]


def _lone_letter(text: str) -> str:
    """The one letter or digit of a piece such as "i", "i." or "-i"; empty when the piece is anything else."""
    if len(text) == 1:
        return text if text.isalnum() or text in "@$" else ""
    if len(text) > 3:
        return ""
    letters = [char for char in text if char.isalnum() or char in "@$"]
    return letters[0] if len(letters) == 1 and all(c in letters or c in _SEPARATORS for c in text) else ""


def _parts(run: list[tuple[int, Plain]]) -> list[list[tuple[int, Plain]]]:
    gaps = [b_at + b.starts[0] - a_at - a.ends[-1] for (a_at, a), (b_at, b) in pairwise(run)]
    narrow = min(gaps)
    parts = [[run[0]]]
    for gap, piece in zip(gaps, run[1:], strict=True):
        if gap > narrow:
            parts.append([piece])
        else:
            parts[-1].append(piece)
    lonely = "".join("1" if len(part) == 1 else "-" for part in parts)
    return [run] if "1111" in lonely else parts


def _one_word(part: list[tuple[int, Plain]]) -> tuple[int, Plain]:
    cells = Cells()
    cells.chars = [_lone_letter(piece.text) for _, piece in part]
    cells.starts = [at for at, _ in part]
    cells.ends = [at + piece.ends[-1] for at, piece in part]
    for _, piece in part:
        cells.tell(piece.changes)
    cells.tell({"spaced": 1})
    unmix(cells)
    _unleet(cells)
    _unstretch(cells)
    return 0, _plain(cells)
