from moderation.store.delivery_queue import INITIAL_IN_FLIGHT, MAX_IN_FLIGHT, MIN_IN_FLIGHT
from worker.aimd import REMEMBERED, ConcurrencyControl


def paced(*successes, endpoint="end_1"):
    pace = ConcurrencyControl()
    for is_success in successes:
        pace.note(endpoint, is_success=is_success)
    return pace.at_once[endpoint]


def test_an_endpoint_that_answers_gets_more_at_once_with_every_answer_up_to_the_most():
    assert paced(True) == INITIAL_IN_FLIGHT + 1
    assert paced(*[True] * 100) == MAX_IN_FLIGHT


def test_one_failure_halves_it_and_it_never_ends():
    assert paced(*[True] * 100, False) == MAX_IN_FLIGHT // 2
    assert paced(*[False] * 100) == MIN_IN_FLIGHT


def test_only_the_endpoints_of_late_are_remembered():
    pace = ConcurrencyControl()

    for number in range(REMEMBERED + 10):
        pace.note(f"end_{number}", is_success=True)

    assert len(pace.at_once) == REMEMBERED
    assert "end_0" not in pace.at_once
