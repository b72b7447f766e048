from moderation.accounts import Scope
from moderation.policy import Policy
from tests.builders import a_score, received, settled
from tests.service.bodies import wrong_fields

POLICY = "/v1/sites/demo/policy"


def test_a_new_site_has_the_default_policy(client, key):
    policy_json = client.get(POLICY, headers=key(Scope.READ)).get_json()

    assert policy_json["thresholds"]["spam"] == {"approve_below": None, "hold_at": 0.9, "reject_at": 0.99}
    assert policy_json["hold_first_comment"] is True


def test_what_is_read_can_be_sent_back(client, sqlite_store, key):
    policy_json = client.get(POLICY, headers=key()).get_json()

    answer = client.put(POLICY, json=policy_json, headers=key())

    assert answer.get_json() == policy_json
    with sqlite_store.read() as uow:
        assert uow.sites.get("demo").policy == Policy()


def test_an_owner_replaces_the_policy_and_what_is_left_out_takes_its_default(client, sqlite_store, key):
    rules = {"hold_links": None, "words": [{"phrase": "casino", "action": "reject"}]}

    client.put(POLICY, json=rules, headers=key())

    with sqlite_store.read() as uow:
        policy = uow.sites.get("demo").policy
    assert policy.hold_links is None
    assert [(rule.phrase, rule.action) for rule in policy.words] == [("casino", "reject")]
    assert policy.hold_traps is True


def test_a_change_is_on_record_without_the_sites_words(client, sqlite_store, key):
    client.put(POLICY, json={"words": [{"phrase": "that person"}]}, headers=key())

    with sqlite_store.read() as uow:
        fact = next(iter(uow.audit.entries("demo"))).fact
    assert (fact.action, fact.detail) == ("policy.changed", {"changed": ["words"]})


WRONG_POLICIES = (
    ({"thresholds": {"taste": {}}}, "thresholds.taste"),
    ({"thresholds": {"spam": {"hold_at": 1.5}}}, "thresholds.spam.hold_at"),
    ({"thresholds": {"spam": {"hold_at": "0.5"}}}, "thresholds.spam.hold_at"),
    ({"thresholds": {"spam": {"hold_at": True}}}, "thresholds.spam.hold_at"),
    ({"thresholds": {"spam": {"hold_at": 0.9, "reject_at": 0.5}}}, "thresholds.spam"),
    ({"thresholds": {"spam": {"approve_below": 0.6, "hold_at": 0.5}}}, "thresholds.spam"),
    ({"hold_links": 0}, "hold_links"),
    ({"hold_traps": 1}, "hold_traps"),
    ({"closed_threads": "approve"}, "closed_threads"),
    ({"words": [{"phrase": " "}]}, "words.0.phrase"),
    ({"words": [{"phrase": "x", "action": "approve"}]}, "words.0.action"),
    ({"words": [{"phrase": "x"}] * 1001}, "words"),
    ({"words": [{"phrase": f"/x{n}/"} for n in range(51)]}, "words"),
    ({"words": [{"phrase": f"/x{n}.{{40}}/"} for n in range(4)]}, "words"),
    ({"words": [{"phrase": "/[ab]{1000}[ab]{1000}[ab]{1000}z/"}]}, "words.0.phrase"),
    ({"words": [{"phrase": "/(?<=a)b/"}]}, "words.0.phrase"),
    ({"words": [{"phrase": "/[/"}]}, "words.0.phrase"),
    ({"words": [{"phrase": "/a*/"}]}, "words.0.phrase"),
    ({"min_confidence": 10**400}, "min_confidence"),
    ({"mood": "good"}, "mood"),
)


def test_what_makes_no_sense_names_its_field(client, key):
    headers = key()

    for policy_json, field in WRONG_POLICIES:
        answer = client.put(POLICY, json=policy_json, headers=headers)

        assert answer.status_code == 422
        assert set(wrong_fields(answer)) == {field}


def test_an_expression_that_cannot_be_read_is_answered_with_the_part(client, key):
    answer = client.put(POLICY, json={"words": [{"phrase": "/a(?=b)/"}]}, headers=key())

    assert wrong_fields(answer)["words.0.phrase"] == (
        "The regular expression /a(?=b)/ cannot be used: invalid perl operator: (?= (RE2 has "
        "no look-around and no back references). Leave the slashes out to search for the text itself."
    )


def test_a_moderator_may_read_but_not_change(client, key):
    assert client.get(POLICY, headers=key(Scope.MODERATE)).status_code == 200
    assert client.put(POLICY, json={}, headers=key(Scope.MODERATE)).status_code == 403


def test_a_draft_is_tried_without_being_saved(client, sqlite_store, key):
    comment = settled(sqlite_store, received(sqlite_store), a_score(0.97))
    draft = {"thresholds": {"spam": {"reject_at": 0.9}}}

    answer = client.post(f"{POLICY}/test?limit=10", json=draft, headers=key())

    report = answer.get_json()
    assert (answer.status_code, report["tried"], report["changed"]) == (200, 1, 1)
    assert report["moves"] == [{"before": "hold", "after": "reject", "count": 1}]
    assert report["reject"] == {"before": 0, "after": 1, "wrong": {"count": 0, "of": 0, "low": 0, "high": 1}}
    [difference] = report["other_changes"]
    assert (difference["comment"], difference["reason"]) == (comment.id, "spam")
    assert difference["detail"]["code"] == "threshold.reject"
    with sqlite_store.read() as uow:
        assert uow.sites.get("demo").policy == Policy()


def test_a_draft_is_tried_on_a_bounded_number_of_comments(client, key):
    answer = client.post(f"{POLICY}/test?limit=20001", json={}, headers=key())

    assert answer.status_code == 422
    assert set(wrong_fields(answer)) == {"limit"}
