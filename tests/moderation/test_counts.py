"""How much a comment costs, in what can be counted exactly: SQL statements and commits. Never in time.

A number here changes only on purpose. A statement that is asked once for a whole batch counts once.
"""

import pytest

from moderation import intake, triage
from moderation.near_duplicates import Sketch
from moderation.store.database.group_commit import GROUP_SIZE
from moderation.triage import Scored
from tests.builders import LEASE, NOON, SECOND, RecordingDispatch, a_score, a_site, a_submission, an_arrival, received
from tests.moderation.store.announcing import an_endpoint
from tests.together import Together

BATCH = 512


def _receive(store, submission=None, arrival=None):
    intake.receive(
        store, RecordingDispatch(), a_site(), submission or a_submission(), arrival or an_arrival(), at=NOON
    )


@pytest.fixture
def counted(store, counts):
    """The counts of a store whose thread `a-page` has begun."""
    received(store, at=NOON - SECOND)
    counts.forget()
    return counts


def test_an_accepted_comment_costs_three_statements_and_one_commit(store, counted):
    """One lookup (key, thread, parent, endpoints), the comment, the tally."""
    _receive(store)

    assert (len(counted.statements), counted.commits) == (3, 1)


def test_comments_that_wait_together_cost_what_one_costs(store, counted):
    with Together(store) as group:
        counted.forget()
        for number in range(GROUP_SIZE):
            group.call(lambda number=number: _receive(store, a_submission(f"Crumb {number}.")))

    assert len(counted.statements) == 3
    assert counted.commits == 2  # the one that all waited for, and theirs


def test_an_announced_comment_costs_one_statement_more(store, counted):
    """The deliveries."""
    an_endpoint(store)
    counted.forget()

    _receive(store)

    assert (len(counted.statements), counted.commits) == (4, 1)


def test_a_repeated_comment_costs_one_look(store, counted):
    submission, arrival = a_submission(), an_arrival(idempotency_key="k")
    _receive(store, submission, arrival)
    counted.forget()

    _receive(store, submission, arrival)

    assert (len(counted.statements), counted.commits) == (1, 1)


def test_the_first_comment_of_a_page_costs_one_statement_more(store, counted):
    """The thread is begun."""
    _receive(store, a_submission(thread="new-page"))

    assert (len(counted.statements), counted.commits) == (4, 1)


def test_a_claim_costs_two_statements_and_one_commit_whatever_it_takes(store, counted):
    """The update that claims, and one look at what was claimed."""
    for _ in range(5):
        received(store)
    counted.forget()

    store.write(lambda uow: uow.comments.claim(limit=BATCH, at=NOON + SECOND, lease=LEASE))

    assert (len(counted.statements), counted.commits) == (2, 1)


@pytest.mark.parametrize("size", [1, pytest.param(BATCH, marks=pytest.mark.slow)])
def test_a_settled_batch_costs_the_same_statements_for_one_and_for_512(store, counted, size):
    """The comments for update, their histories, the policies, the rules about senders and the automation; then the
    comments, the decisions, the head and the tail of the audit trail, the scores and the sketches. Held comments
    change no thread and are not announced. PostgreSQL locks the audit trail in one more, and the reading of the
    policies before the transaction counts too; SQLite reads through another connection."""
    claimed = [received(store) for _ in range(size)]
    sketches = {comment.id: Sketch((2 * n, 2 * n + 1), n) for n, comment in enumerate(claimed)}
    counted.forget()

    decided = triage.settle(store, [Scored(comment, a_score()) for comment in claimed], sketches, at=NOON + SECOND)

    more = 2 if store.engine.dialect.name == "postgresql" else 0
    assert decided == size
    assert (len(counted.statements), counted.commits) == (11 + more, 1), counted.statements


def test_a_batch_writes_a_status_only_where_it_changes(store, counted):
    """Held and rejected comments are two statements; what is held leaves the indexes over the status alone."""
    held, rejected = received(store), received(store)
    scored = [Scored(held, a_score()), Scored(rejected, a_score(spam=0.99))]
    counted.forget()

    triage.settle(store, scored, {}, at=NOON + SECOND)

    changes = [each for each in counted.statements if each.startswith("UPDATE comments")]
    assert ["status" in each.partition("WHERE")[0].partition("FROM")[0] for each in changes] == [False, True]
