import gzip
import re
from pathlib import Path

import pytest

from moderation.reasons import REPORT_REASONS
from moderation.reports import MAX_TEXT
from service import bundles
from service.embed.assets import version
from service.schemas import form_fields, submission

KIB = 1024


def test_the_script_stays_small_as_it_is_shipped(client):
    packed = {"Accept-Encoding": "gzip"}

    script, styles = client.get("/embed.js", headers=packed), client.get("/embed.css", headers=packed)
    code = without_styles(gzip.decompress(script.data).decode())

    assert len(gzip.compress(code.encode())) <= 9.25 * KIB
    assert len(styles.data) <= 2.5 * KIB
    assert len(client.get("/embed.js", headers={"Accept-Encoding": "br"}).data) <= 11 * KIB
    assert script.headers["Content-Encoding"] == "gzip"


def test_what_is_served_is_minified_when_the_package_is_built(client):
    shipped, source = client.get("/embed.js").text, bundles.source("embed.js")

    assert len(shipped) < 0.8 * len(source)
    assert "/*" not in shipped


def test_a_source_tree_that_was_not_built_serves_the_script_as_it_is(monkeypatch, tmp_path):
    monkeypatch.setattr(bundles, "BUILT", tmp_path)

    assert bundles.built("embed.js") == bundles.source("embed.js")
    assert bundles.built("embed.css").startswith("/*")


def test_modules_with_a_name_in_common_are_refused(monkeypatch, tmp_path):
    (tmp_path / "one.js").write_text("export const LIMIT = 1;\n")
    (tmp_path / "both.mjs").write_text('import { LIMIT } from "./one.js";\n\nconst LIMIT = 2;\n')
    monkeypatch.setattr(bundles, "SOURCES", tmp_path)

    with pytest.raises(ValueError, match="LIMIT"):
        bundles.source("both.mjs")


def test_files_named_by_the_version_are_kept_for_a_year_and_others_for_minutes(client):
    present = client.get(f"/embed/{version()}/de.json")
    other = client.get("/embed/an-older-one/de.json")

    assert present.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "max-age=600" in other.headers["Cache-Control"]
    assert present.data == other.data
    assert f'"{version()}"' in client.get("/embed.js").text
    assert client.get(f"/embed/{version()}/embed.d.ts").status_code == 404


def test_a_browser_that_has_the_script_is_not_sent_it_again(client):
    first = client.get("/embed.js")

    again = client.get("/embed.js", headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 304
    assert "max-age=" in first.headers["Cache-Control"]


def test_pages_of_any_origin_may_load_the_script_even_with_an_integrity_check(client):
    answer = client.get("/embed.js")

    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.mimetype == "text/javascript"


def test_the_script_can_turn_nothing_into_html_or_code(client):
    script = without_styles(client.get("/embed.js").text)

    for danger in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", ".style"):
        assert danger not in script
    assert not re.search(r"\bstyle:", script)


def test_the_script_and_the_server_mean_the_same_fields_and_limits():
    script, writing = bundles.source("embed.js"), bundles.source("writing.mjs")

    assert f'const TRAP = "{form_fields.TRAP}"' in script
    assert f'const TOKEN = "{form_fields.FORM_TOKEN}"' in writing
    assert f"const LONGEST_URL = {submission.MAX_WEBSITE};" in script
    limits = dict(re.findall(r"(\w+): (\d+)", re.search(r"const LIMITS = {(.*?)}", writing)[1]))
    assert limits == {
        "body": str(submission.MAX_BODY),
        "name": str(submission.MAX_NAME),
        "email": str(submission.MAX_EMAIL),
        "website": str(submission.MAX_WEBSITE),
    }


def test_the_dialog_offers_the_reasons_that_the_server_takes_in_its_words():
    script = bundles.source("reporting.mjs")
    names = dict(re.findall(r'^  (\w+): "(reason\w+)",$', script, re.M))
    texts = dict(re.findall(r'^  (reason\w+): _\("(.*)"\),$', script, re.M))

    assert {value: texts[name] for value, name in names.items()} == {
        reason.value: reason.spec.report for reason in REPORT_REASONS
    }
    assert f"const MOST = {MAX_TEXT};" in script


def test_every_sentence_of_the_script_is_in_the_documentation():
    scripts = "".join(bundles.source(name) for name in ("embed.js", *bundles.PARTS))
    sentences = "".join(re.findall(r"const (?:LATER_)?TEXT = {(.*?)\n};", scripts, re.S))
    docs = (Path(__file__).parents[3] / "docs" / "embed.md").read_text()

    for name in re.findall(r"^  (\w+):", sentences, re.M):
        attribute = "data-text-" + re.sub("[A-Z]", lambda letter: "-" + letter[0].lower(), name)
        assert re.search(f"`{attribute}(-other)?`", docs)


def without_styles(script: str) -> str:
    """The script without the style sheet, which stands in it as a string."""
    assert bundles.built("embed.css") in script
    return script.replace(bundles.built("embed.css"), "")
