"""What authors and readers see, in languages that differ: in their plurals, their direction, their script."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
from babel import Locale

from moderation.decision import Action, Reason
from moderation.messages import languages
from service import bundles
from tests.builders import NOON, SECOND, a_submission, received
from tests.service.bodies import BROWSER, COMMENTS, a_form
from tests.service.embed.test_pages import FORM, decided, token_of

SAME = {"A page", "A demo blog", "Rita Reader", "Number 0.", "*"}
INITIALS = {"RR"}


def shown(client, path, tag):
    """The page at this path as a browser of this language gets it."""
    return client.get(path, headers={**BROWSER, "Accept-Language": tag})


def published(store, count):
    for number in range(count):
        decided(store, received(store, a_submission(f"Number {number}."), at=NOON + number * SECOND))


def test_the_public_side_speaks_the_languages_of_the_documentation():
    documented = re.findall(
        r"\| `([\w-]+)` ", (Path(__file__).parents[3] / "docs" / "languages.md").read_text("utf-8")
    )

    assert sorted(documented) == sorted(languages())


def test_a_german_reads_the_form_its_errors_and_the_status_in_german(client, sqlite_store):
    comment = received(sqlite_store)
    decided(sqlite_store, comment, Action.REJECT, Reason.SPAM)

    form = shown(client, FORM, "de-AT,en;q=0.5").text
    again = client.post(COMMENTS, data=a_form(body="", lang="de"), headers=BROWSER).text
    status = shown(client, f"/thanks?token={token_of(sqlite_store, comment)}", "de").text

    assert '<html lang="de" dir="ltr">' in form
    assert ">Schreiben Sie einen Kommentar</h2>" in form
    assert "Dieses Feld ist leer; geben Sie 1 bis 65.525 Zeichen ein." in again
    assert "<h1>Ihr Kommentar wurde nicht veröffentlicht</h1>" in status
    assert "Der Kommentar sieht nach Werbung aus." in status


def test_an_arabic_page_runs_from_right_to_left_and_counts_as_arabic_does(client, sqlite_store):
    published(sqlite_store, 2)

    page = shown(client, FORM, "ar-EG").text

    assert '<html lang="ar" dir="rtl">' in page
    assert ">تعليقان</h2>" in page
    assert re.search(r">\d+ يناير 2026، \d\d:00 UTC<", page)


def test_a_polish_page_counts_as_polish_does(client, sqlite_store):
    headings = []
    for _ in range(5):
        published(sqlite_store, 1)
        headings.append(re.search(r">(\d koment\w+)</h2>", shown(client, FORM, "pl").text)[1])

    assert headings == ["1 komentarz", "2 komentarze", "3 komentarze", "4 komentarze", "5 komentarzy"]


def test_a_japanese_page_writes_its_dates_and_replies_as_japanese_does(client, sqlite_store):
    published(sqlite_store, 1)

    page = shown(client, FORM, "ja").text

    assert ">コメント1件</h2>" in page
    assert ">2026年1月5日 12:00 UTC</time>" in page
    assert 'aria-label="Rita Readerさんに返信"' in page


def test_nothing_of_a_page_in_another_language_stays_english(client, sqlite_store):
    published(sqlite_store, 1)
    english = visible(client.get(FORM).text)

    left = {tag: english & visible(shown(client, FORM, tag).text) - SAME - INITIALS for tag in languages()[1:]}

    assert {tag: texts for tag, texts in left.items() if texts} == {"de": {"Name", "Website"}, "nl": {"Website"}}


def visible(page):
    """The texts of the page."""
    return {unescape(text).strip() for text in re.findall(r">([^<>]*)<", page)} - {""}


def test_the_dashboard_stays_english_as_long_as_only_the_public_side_is_translated(client):
    page = shown(client, "/dashboard/sign-in", "de")

    assert '<html lang="en" dir="ltr">' in page.text


# ---- The texts of the script


def test_the_script_gets_its_texts_as_one_small_file_that_is_kept(client):
    answer = client.get("/embed/1/de-CH.json", headers={"Accept-Encoding": "br"})

    content = client.get("/embed/1/de.json").get_json()
    again = client.get(
        "/embed/1/de-CH.json", headers={"Accept-Encoding": "br", "If-None-Match": answer.headers["ETag"]}
    )
    assert (content["lang"], content["dir"], content["texts"]["submit"]) == ("de", "ltr", "Kommentar abschicken")
    assert (answer.headers["Content-Encoding"], again.status_code) == ("br", 304)
    assert len(answer.data) < 2_048
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "max-age=" in answer.headers["Cache-Control"]


def test_the_script_gets_a_plural_for_each_category_that_whole_numbers_have(client):
    forms = {}
    for tag in languages()[1:]:
        forms[tag] = client.get(f"/embed/1/{tag}.json").get_json()["texts"]["comments"]

    assert set(forms["ar"]) == {"zero", "one", "two", "few", "many", "other"}
    for tag, words in forms.items():
        category_of = Locale.parse(tag, sep="-").plural_form
        assert set(words) >= {category_of(number) for number in range(200)}, tag


def test_the_script_gets_all_of_its_texts_in_every_language(client):
    scripts = bundles.source("embed.js") + bundles.source("writing.mjs")
    tables = re.findall(r"const (?:LATER_)?TEXT = {\n(.*?)\n};", scripts, re.S)
    names = re.findall(r"^  (\w+):", "\n".join(tables), re.M)

    for tag in languages()[1:]:
        assert list(json.loads(client.get(f"/embed/1/{tag}.json").data)["texts"]) == names, tag


@pytest.mark.parametrize("tag", ["en-GB", "sv", "zh-TW", "x", "de%2F.."])
def test_a_language_without_a_catalogue_gets_the_scripts_own_english(client, tag):
    answer = client.get(f"/embed/1/{tag}.json")

    assert answer.status_code == 404 or answer.get_json() == {"lang": "en", "dir": "ltr", "texts": {}}
