"""A message is stored as a code with parameters, and is text only in a reader's language."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from moderation.messages import (
    N_,
    NOTHING,
    Message,
    Plural,
    best_language,
    catalogue,
    languages,
    message_from,
    render,
)
from tests.catalogues import german

ROOT = Path(__file__).parents[3]
HELD = Message("threshold.hold", {"label": "spam", "value": 0.97, "bound": 0.7})


def test_a_message_is_rendered_in_english_from_its_code():
    assert str(HELD) == "spam 0.97, the threshold to hold is 0.70"


def test_a_message_is_rendered_in_the_readers_language_with_its_words_and_numbers(tmp_path):
    translations = {
        "%(label)s %(value)s, the threshold to hold is %(bound)s": "%(label)s %(value)s, gehalten ab %(bound)s",
        "spam": "Werbung",
        "decimal mark|.": ",",
    }
    with german(tmp_path, translations):
        assert render(HELD, catalogue("de")) == "Werbung 0,97, gehalten ab 0,70"


def test_a_plural_takes_the_form_that_its_number_needs(tmp_path):
    links = Plural("%(n)s link", "%(n)s links")
    with german(tmp_path, {links: ("%(n)s Verweis", "%(n)s Verweise"), "digit group mark|,": "."}):
        shown = [render(Message(links, {"n": n}), catalogue("de")) for n in (1, 0, 2_000)]

    assert shown == ["1 Verweis", "0 Verweise", "2.000 Verweise"]


def test_a_text_that_is_not_translated_stays_english(tmp_path):
    with german(tmp_path, {}):
        assert render(Message(N_("A text.")), catalogue("de")) == "A text."


def test_a_message_survives_json():
    assert message_from(json.loads(json.dumps(HELD.to_json()))) == HELD
    assert message_from(json.loads(json.dumps(NOTHING.to_json()))) == NOTHING
    assert (str(NOTHING), bool(NOTHING)) == ("", False)


def test_a_code_of_a_newer_version_is_shown_with_what_came_along():
    newer = Message("threshold.frozen", {"label": "spam", "value": 0.5})

    assert str(newer) == "threshold.frozen (label spam, value 0.50)"


def test_a_parameter_that_an_older_version_did_not_store_leaves_a_gap():
    assert str(Message("threshold.hold", {"label": "spam"})) == "spam …, the threshold to hold is …"


def test_a_percent_sign_of_a_parameter_is_left_alone():
    assert str(Message(N_("It says %(text)s."), {"text": "100%(n)s"})) == "It says 100%(n)s."


@pytest.mark.parametrize(
    ("wanted", "best"),
    [
        (["de"], "de"),
        (["de-AT"], "de"),
        (["fr", "de_CH"], "de"),
        (["en-GB", "de"], "en"),
        (["fr"], None),
        ([""], None),
    ],
)
def test_the_best_language_is_the_first_with_a_catalogue(tmp_path, wanted, best):
    with german(tmp_path, {}):
        assert languages() == ("en", "de")
        assert best_language(wanted) == best


@pytest.mark.parametrize(
    ("wanted", "best"),
    [("pt", "pt-BR"), ("pt-PT", "pt-BR"), ("zh-CN", "zh-Hans"), ("zh-TW", None), ("zh-Hant-HK", None)],
)
def test_a_near_language_is_found_but_not_one_in_another_script(wanted, best):
    assert best_language([wanted]) == best


def test_the_catalogues_have_exactly_the_texts_of_the_source():
    run = subprocess.run(
        [sys.executable, "script/messages.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (run.returncode, run.stdout) == (0, "The catalogues are complete.\n"), run.stdout + run.stderr
