"""The policy in the browser: what the form says is what is saved, and it is tried before."""

import re

import pytest

from moderation.accounts import Role
from moderation.actions import Action
from moderation.decision import Reason
from moderation.policy import Policy, Threshold, WordRule
from moderation.review import DecisionRequest, decide
from service.dashboard.policy_form import fields_of, policy_in
from tests.builders import ADA, NOON, RecordingDispatch, a_policy, a_score, a_submission, received, settled

URL = "/dashboard/sites/demo/policy"

WORDS = ["words.hold", "words.reject"]

ODD = a_policy(
    thresholds={
        "spam": Threshold(approve_below=0.0375, hold_at=0.5, reject_at=0.985),
        "abuse": Threshold(approve_below=0.1),
        "threat": Threshold(),
        "insult": Threshold(hold_at=1.0),
    },
    words=(WordRule("viagr*", Action.REJECT), WordRule("my brand"), WordRule("replica handbags", Action.REJECT)),
    hold_links=None,
    hold_reports=4,
    edit_minutes=0,
    hold_edits=True,
    hold_first_comment=False,
    closed_threads=Action.REJECT,
    close_days=90,
)


@pytest.fixture
def olga(signed_in):
    """An owner's browser."""
    return signed_in("Olga", Role.OWNER)


def form_on(page):
    """The form as the browser would send it if nothing was changed, without its buttons."""
    fields = dict(re.findall(r'<input (?:class="short" )?name="([^"]+)" value="([^"]*)"', page.text))
    fields["version"] = re.search(r'name="version" value="([^"]+)"', page.text)[1]
    fields |= dict.fromkeys(re.findall(r'<input type="checkbox" name="([^"]+)" checked', page.text), "on")
    fields |= dict(re.findall(r'<textarea name="([^"]+)"[^>]*>([^<]*)', page.text))
    fields["closed_threads"] = re.search(r'<option value="(hold|reject)" selected', page.text)[1]
    return fields


def policy_of(store):
    with store.read() as uow:
        return uow.sites.get("demo").policy


@pytest.mark.parametrize("policy", [Policy(), ODD], ids=["the default", "an odd one"])
def test_a_policy_comes_back_from_its_form_as_it_was(policy):
    assert policy_in(fields_of(policy), policy) == policy


def test_a_label_without_bounds_goes_on_keeping_everything_from_being_published():
    fields = fields_of(ODD)

    assert policy_in(fields, ODD).thresholds["threat"] == Threshold()
    assert "threat" not in policy_in(fields, Policy()).thresholds


def test_saving_without_a_change_changes_nothing(olga, sqlite_store):
    olga.submit(URL, do="save", **form_on(olga.get(URL)))

    assert policy_of(sqlite_store) == Policy()


def test_what_an_owner_chooses_is_saved_and_audited(olga, sqlite_store):
    fields = form_on(olga.get(URL)) | {
        "spam.approve_below": "2,5",
        "words.reject": "viagr*\n\n casino ",
        "hold_links": "",
    }
    fields.pop("hold_first_comment")

    page = olga.submit(URL, do="save", **fields)

    policy = policy_of(sqlite_store)
    assert "The policy is saved" in page.text
    assert policy.thresholds["spam"] == Threshold(0.025, 0.9, 0.99)
    assert policy.words == (WordRule("viagr*", Action.REJECT), WordRule("casino", Action.REJECT))
    assert policy.hold_links is None and not policy.hold_first_comment
    with sqlite_store.read() as uow:
        [entry] = uow.audit.entries("demo")
    assert set(entry.fact.detail["changed"]) == {"thresholds", "words", "hold_links", "hold_first_comment"}


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("spam.hold_at", "many", "spam: write percent as a number from 0 to 100"),
        ("spam.hold_at", "101", "spam: write percent as a number from 0 to 100"),
        ("spam.approve_below", "97", "spam: the percentages must rise"),
        ("hold_links", "three", "hole number"),
        ("words.hold", "x" * 201, "at most 200"),
    ],
)
def test_what_is_wrong_is_named_and_stays_in_its_field(olga, sqlite_store, field, value, said):
    page = olga.submit(URL, do="save", **form_on(olga.get(URL)) | {field: value})

    assert page.status_code == 422
    assert said.lower() in page.text.lower() and value in page.text
    assert policy_of(sqlite_store) == Policy()


@pytest.mark.parametrize(
    ("change", "do", "marked"),
    [
        ({"words.hold": "fine", "words.reject": "fine\n/(/"}, "save", ["words.reject"]),
        ({"words.hold": "/(/", "sample": "a text"}, "match", ["words.hold"]),
        ({"words.hold": "/a/", "words.reject": "\n".join(f"/a{n}/" for n in range(50))}, "save", WORDS),
        ({"spam.hold_at": "many"}, "try", ["spam.hold_at"]),
        ({"spam.approve_below": "97"}, "save", ["spam.approve_below", "spam.hold_at", "spam.reject_at"]),
        ({"min_confidence": "many"}, "save", ["min_confidence"]),
        ({"close_days": "three"}, "save", ["close_days"]),
    ],
)
def test_what_is_wrong_stands_beside_its_field_which_has_the_focus(olga, change, do, marked):
    page = olga.submit(URL, do=do, **form_on(olga.get(URL)) | change)

    controls = re.findall(r"<(?:input|textarea) [^>]*>", page.text)
    wrong = [control for control in controls if 'aria-invalid="true"' in control]
    assert [re.search(r'name="([^"]+)"', control)[1] for control in wrong] == marked
    assert all('aria-describedby="wrong"' in control for control in wrong)
    assert [control for control in controls if "autofocus" in control] == wrong[:1]
    assert 'id="wrong-field"' in wrong[0]
    assert page.text.count('<a href="#wrong-field">') == 1
    assert page.text.count('<p class="wrong" id="wrong">') == 1


def test_a_policy_that_somebody_else_saved_meanwhile_is_not_overwritten_unseen(olga, sqlite_store):
    mine = form_on(olga.get(URL)) | {"hold_links": "7"}
    olga.submit(URL, do="save", **mine | {"hold_links": "5"})

    refused = olga.submit(URL, do="save", **mine)
    assert refused.status_code == 422 and "Somebody else saved another policy" in refused.text
    assert policy_of(sqlite_store).hold_links == 5
    olga.submit(URL, do="save", **form_on(refused))

    assert policy_of(sqlite_store).hold_links == 7


def test_the_test_box_says_which_words_a_text_contains(olga):
    fields = form_on(olga.get(URL)) | {"words.reject": "viagr*\ncasino", "sample": "Buy VIAGRA at https://x.example"}

    page = olga.submit(URL, do="match", **fields)

    matched = page.text.partition('id="matched"')[2].partition("</div>")[0]
    assert "viagr*" in matched and "casino" not in matched and "1 link." in matched
    assert "casino" in page.text


def test_a_draft_says_what_it_would_have_done_and_changes_nothing(olga, sqlite_store):
    lost = _decided(sqlite_store, "A word about sourdough.", a_score(spam=0.6), Action.APPROVE)
    spam = _decided(sqlite_store, "An offer for you.", a_score(spam=0.01, abuse=0.01), Action.REJECT)
    fields = form_on(olga.get(URL)) | {
        "spam.reject_at": "50",
        "spam.hold_at": "",
        "spam.approve_below": "5",
        "abuse.approve_below": "5",
    }
    fields.pop("hold_first_comment")

    page = olga.submit(URL, do="try", **fields)

    assert "it rejects 1 of 1 comments that people approved" in page.text
    assert "it publishes 1 of 1 comments that people rejected" in page.text
    assert f"/dashboard/comments/{lost.id}" in page.text and f"/dashboard/comments/{spam.id}" in page.text
    assert policy_of(sqlite_store) == Policy()
    assert "The policy is saved" in olga.submit(URL, do="save", **form_on(page)).text


def _decided(store, body, score, action):
    comment = settled(store, received(store, a_submission(body)), score)
    reason = Reason.SPAM if action is Action.REJECT else None
    request = DecisionRequest(comment.id, action, comment.revision, reason)
    decide(store, RecordingDispatch(), request, ADA, sites=["demo"], at=NOON)
    return comment
