"""Passwords that are long and yet the first that anybody tries: a common word, a run of keys, a year. Pure.

What is common is taken out of a password piece by piece. If little is left, it is no password.
"""

import re

LEAST_LEFT = 5
"""So many characters must be left, of a password of twelve or more."""

_LEET = str.maketrans("@4301!5$7", "aaeoiisst")
_REPEATED = re.compile(r"(.{1,4}?)\1{2,}")
_RUNS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "yxcvbnm", "zxcvbnm")
_LEAST_RUN = 4
_COMMON_WORDS = """
rejoinder password passwort passwd passw0rd contraseña motdepasse parola hasło senha wachtwoord lösenord
salasana welcome willkommen bienvenue bienvenido letmein login master admin administrator moderator owner root
user guest changeme default secret geheim test testing temp iloveyou ichliebedich jetaime teamo princess
prinzessin sunshine shadow monkey dragon football fussball baseball basketball superman batman starwars pokemon
michael jennifer jordan jessica ashley daniel thomas charlie andrew robert hunter ranger buster soccer hockey
killer george summer winter spring autumn sommer herbst freedom whatever trustno computer internet samsung
google facebook chocolate butterfly flower blumen mustang liverpool chelsea arsenal barcelona juventus hello
hallo bonjour hola comment comments blog website wordpress january february march april june july august
september october november december
"""
_COMMON = _COMMON_WORDS.split()
_WORDS = sorted({*_COMMON, *(word.translate(_LEET) for word in _COMMON)}, key=len, reverse=True)


def is_weak(password: str, *names: str) -> bool:
    """Whether next to nothing of the password is its own. names: what anybody knows, such as the moderator's name."""
    said = password.casefold()
    known = [part for name in names for part in name.casefold().split() if len(part) > 2]
    return any(len(_own(text, known)) < LEAST_LEFT for text in (said, said.translate(_LEET)))


def _own(text: str, names: list[str]) -> set[str]:
    """The characters that are left of a text."""
    for word in [*sorted(names, key=len, reverse=True), *_WORDS]:
        text = text.replace(word, " ")
    return set(re.sub(r"[\W\d_]+", "", _without_runs(_REPEATED.sub(" ", text))))


def _without_runs(text: str) -> str:
    """Without neighbours of the alphabet or of the keyboard, forwards or backwards."""
    for run in (*_RUNS, *(run[::-1] for run in _RUNS)):
        for length in range(len(run), _LEAST_RUN - 1, -1):
            for start in range(len(run) - length + 1):
                text = text.replace(run[start : start + length], " ")
    return text
