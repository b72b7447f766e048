import json

from moderation.policy import Policy
from service.schemas.policy import POLICY, policy_from
from tests.builders import a_score, received, settled
from tests.service.cli.conftest import NO_SITE


def write(tmp_path, text):
    path = tmp_path / "draft.json"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_the_policy_of_a_site_is_shown_as_it_can_be_sent_back(console, store):
    shown = console("policy", "show", "demo").stdout

    assert policy_from(POLICY.load(json.loads(shown))) == Policy()


def test_a_draft_is_tried_on_the_stored_comments(console, store, tmp_path):
    comment = settled(store, received(store), a_score(0.97))
    draft = write(tmp_path, '{"thresholds": {"spam": {"reject_at": 0.9}}}')

    report = console.json("policy", "test", "demo", draft)
    text = console("policy", "test", "demo", draft).stdout

    assert [each["comment"] for each in report["other_changes"]] == [comment.id]
    assert "Tried on 1 comment since 2026-01-05; 0 more have no score." in text
    assert "Rejected by the policy alone: 0 before, 1 with the draft; people decided otherwise about 0 of 0." in text


def test_a_draft_that_is_wrong_is_refused_by_its_field(console, store, tmp_path):
    wrong = write(tmp_path, '{"thresholds": {"spam": {"hold_at": 2}}}')

    assert console.refusal("policy", "test", "demo", wrong) == (
        "thresholds.spam.hold_at: This must be a number from 0 to 1."
    )
    assert console.refusal("policy", "test", "demo", write(tmp_path, "{")).startswith("file: ")
    assert console.refusal("policy", "test", "demo", write(tmp_path, "[]")) == "policy: This must be an object."


def test_a_draft_is_tried_on_a_site_that_exists(console, store, tmp_path):
    assert console.refusal("policy", "test", "nowhere", write(tmp_path, "{}")) == NO_SITE
    assert console.refusal("policy", "show", "nowhere") == NO_SITE


def test_a_file_that_is_not_there_is_named(console, store, tmp_path):
    path = tmp_path / "nothing.json"

    assert (
        console.refusal("policy", "test", "demo", str(path))
        == f"file: {path} cannot be read: No such file or directory."
    )


def test_a_policy_is_set_from_a_file_and_on_record(console, store, tmp_path, facts):
    draft = write(tmp_path, '{"hold_links": 7, "closed_threads": "reject"}')

    tried = console("policy", "set", "demo", draft, "--dry-run").stdout
    before = console.json("policy", "show", "demo")
    done = console.json("policy", "set", "demo", draft)

    assert "nothing was changed" in tried and "closed_threads, hold_links" in tried
    assert before == POLICY.dump(Policy())
    assert (done["changed"], done["dry_run"]) == (["closed_threads", "hold_links"], False)
    assert console.json("policy", "show", "demo") == done["policy"]
    assert facts("demo")[-1] == ("console", "policy.changed")
    assert "has this policy already" in console("policy", "set", "demo", draft).stdout


def test_a_wrong_policy_is_not_set(console, store, tmp_path):
    wrong = write(tmp_path, '{"thresholds": {"spam": {"hold_at": 2}}}')

    assert console.refusal("policy", "set", "demo", wrong) == (
        "thresholds.spam.hold_at: This must be a number from 0 to 1."
    )
    assert console.refusal("policy", "set", "nowhere", write(tmp_path, "{}")) == NO_SITE
    assert console.json("policy", "show", "demo") == POLICY.dump(Policy())
