from moderation.outbox.channels import WEBHOOK
from worker.aimd import MAX_DESTINATIONS, ConcurrencyControl


def limit_after(*successes):
    control = ConcurrencyControl()
    for is_success in successes:
        control.note("webhook", "end_1", is_success=is_success)
    return control.limits["end_1"]


def test_every_success_raises_the_limit_by_one_up_to_the_maximum_of_the_channel():
    assert limit_after(True) == WEBHOOK.initial_in_flight + 1
    assert limit_after(*[True] * 100) == WEBHOOK.max_in_flight


def test_one_failure_halves_the_limit_and_it_never_falls_below_one():
    assert limit_after(*[True] * 100, False) == WEBHOOK.max_in_flight // 2
    assert limit_after(*[False] * 100) == 1


def test_only_the_destinations_tried_last_are_remembered():
    control = ConcurrencyControl()

    for number in range(MAX_DESTINATIONS + 10):
        control.note("webhook", f"end_{number}", is_success=True)

    assert len(control.limits) == MAX_DESTINATIONS
    assert "end_0" not in control.limits
