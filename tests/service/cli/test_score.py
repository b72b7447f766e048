"""`rejoinder score` with the classifier that ships."""

import json

SUBMISSIONS = [
    {"body": "What a lovely recipe, thank you.", "name": "Ann", "thread": {"title": "Bread"}},
    {"name": "nobody"},
    {"body": "CHEAP PILLS https://a.example https://b.example https://c.example", "website": "https://a.example"},
]


def test_each_line_is_answered_with_a_score_or_an_error(console):
    lines = "".join(json.dumps(each) + "\n" for each in SUBMISSIONS)

    result = console("score", given=lines)

    kind, bad, spam = (json.loads(line) for line in result.stdout.splitlines())
    assert result.exit_code == 0
    assert "could not be scored: 1" in result.stderr
    assert bad == {"error": "body: expected the comment's text.", "line": 2}
    assert set(kind) == {"spam", "abuse", "labels", "action", "reason", "language", "confidence", "evidence"}
    assert 0 <= kind["spam"] < spam["spam"] <= 1
    assert spam["action"] in {"hold", "reject"}


def test_when_every_line_has_a_score_nothing_is_said_of_bad_ones(console):
    assert console("score", given=json.dumps(SUBMISSIONS[0])).stderr == ""


def test_nothing_is_needed_and_nothing_is_left_behind(console, home, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    result = console("score", given="")

    assert (result.exit_code, result.stdout) == (0, "")
    assert list(tmp_path.iterdir()) == []


def test_a_model_that_cannot_be_used_is_told(console, tmp_path):
    console.environment["REJOINDER_MODEL"] = str(tmp_path)
    missing = console.refusal("score")
    (tmp_path / "manifest.json").write_text("{}")
    broken = console.refusal("score")

    assert missing == f"REJOINDER_MODEL cannot be '{tmp_path}': expected a folder that holds a trained model."
    assert broken.startswith(f"REJOINDER_MODEL cannot be '{tmp_path}': {tmp_path}/manifest.json is not a readable")
