"""Pages and documents follow the tables of actions and reasons, whatever rows these have."""

from moderation.accounts import Scope
from moderation.actions import MODERATOR_ACTIONS, Action
from moderation.messages import Message
from moderation.reasons import GIVEN_REASONS, MODERATOR_REASONS, Reason
from service.api.routes import ROUTES
from tests.builders import a_score, received, settled


def schemas(client):
    return client.get("/v1/openapi.json").get_json()["components"]["schemas"]


def test_the_document_offers_exactly_the_actions_and_reasons_of_the_tables(client):
    offered, given = (schemas(client)[name]["properties"] for name in ("DecisionRequest", "Decision"))

    assert offered["action"]["enum"] == [*MODERATOR_ACTIONS]
    assert [each for each in offered["reason"]["enum"] if each] == [*MODERATOR_REASONS]
    assert given["action"]["enum"] == [*Action]
    assert given["reason"]["enum"] == [*Reason]


def test_the_queue_can_be_asked_for_every_reason_that_is_given(client, key):
    headers = key(Scope.READ)

    statuses = {each: client.get(f"/v1/queue?reason={each}", headers=headers).status_code for each in GIVEN_REASONS}

    assert statuses == dict.fromkeys(GIVEN_REASONS, 200)


def test_the_routes_of_decisions_have_the_scope_of_their_actions():
    scopes = {route.scope for route in ROUTES if "decisions" in route.url}

    assert scopes == {action.spec.scope for action in (*MODERATOR_ACTIONS, Action.UNDO)}


def test_a_detail_is_a_code_with_parameters_and_a_text(client, sqlite_store, key):
    comment = settled(sqlite_store, received(sqlite_store), a_score(spam=0.96))

    [decision] = client.get(f"/v1/comments/{comment.id}", headers=key(Scope.READ)).get_json()["history"]

    stored = Message("threshold.hold", {"label": "spam", "value": 0.96, "bound": 0.9})
    assert decision["detail"] == {**stored.to_json(), "text": str(stored)}
