import gzip
import re
from pathlib import Path

from service.schemas import form_fields, submission

KIB = 1024


def test_the_script_stays_small_as_it_is_shipped(client):
    packed = {"Accept-Encoding": "gzip"}

    script, styles = client.get("/embed.js", headers=packed), client.get("/embed.css", headers=packed)

    assert script.headers["Content-Encoding"] == "gzip"
    assert len(script.data) <= 11 * KIB
    assert len(styles.data) <= 3 * KIB
    assert gzip.decompress(script.data) == client.get("/embed.js").data


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
    script = re.sub(r"/\*.*?\*/", "", client.get("/embed.js").text, flags=re.S)

    for danger in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", ".style"):
        assert danger not in script
    assert not re.search(r"\bstyle:", script)


def test_the_script_and_the_server_mean_the_same_fields_and_limits(client):
    script = client.get("/embed.js").text

    assert f'const TRAP = "{form_fields.TRAP}"' in script
    assert f'const TOKEN = "{form_fields.FORM_TOKEN}"' in script
    limits = dict(re.findall(r"(\w+): (\d+)", re.search(r"const LIMITS = {(.*?)}", script)[1]))
    assert limits == {
        "body": str(submission.MAX_BODY),
        "name": str(submission.MAX_NAME),
        "email": str(submission.MAX_EMAIL),
        "website": str(submission.MAX_WEBSITE),
    }


def test_every_sentence_of_the_script_is_in_the_documentation(client):
    sentences = re.search(r"const TEXT = {(.*?)\n  };", client.get("/embed.js").text, re.S)[1]
    docs = (Path(__file__).parents[3] / "docs" / "embed.md").read_text()

    for name in re.findall(r"^    (\w+):", sentences, re.M):
        attribute = "data-text-" + re.sub("[A-Z]", lambda letter: "-" + letter[0].lower(), name)
        assert re.search(f"`{attribute}(-other)?`", docs)
