"""When a program counts as hung, with times of the test's own."""

from service.process.watch import MAX_MISSES, MAX_SILENCE_S, PROBE_S, START_S, Watch


def test_a_program_that_is_neither_asked_nor_beats_is_never_hung():
    assert Watch(0.0).problem(1e6) == ""


def test_a_program_that_beats_is_hung_when_it_has_been_silent_for_too_long():
    watch = Watch(0.0, beats=True)
    watch.note_beat(10)

    assert watch.problem(10 + MAX_SILENCE_S) == ""
    assert watch.problem(11 + MAX_SILENCE_S) == f"has not responded for {MAX_SILENCE_S + 1:.0f} s"


def test_a_program_that_has_not_begun_to_beat_has_the_time_of_a_start():
    watch = Watch(0.0, beats=True)

    assert watch.problem(START_S) == ""
    assert watch.problem(START_S + 1) == "has not started in time"


def test_a_program_may_miss_some_questions_in_a_row_and_not_more():
    answers = [True, *[False] * (MAX_MISSES - 1), True, *[False] * MAX_MISSES]
    watch = Watch(0.0, responds=iter(answers).__next__)

    problems = [watch.problem((number + 1) * PROBE_S) for number in range(len(answers))]

    assert problems == [""] * (len(answers) - 1) + [f"has not responded {MAX_MISSES} times in a row"]


def test_a_program_is_not_asked_more_often_than_it_must_be():
    asked = []
    watch = Watch(0.0, responds=lambda: asked.append(1) is None)

    for now in (PROBE_S, PROBE_S + 1, 2 * PROBE_S - 0.1, 2 * PROBE_S):
        watch.problem(now)

    assert len(asked) == 2


def test_a_program_that_hangs_once_it_was_ready_does_not_have_the_time_of_a_start():
    watch = Watch(0.0, responds=lambda: False)
    watch.note_ready(1.0)

    problems = [watch.problem(1 + number * PROBE_S) for number in range(1, MAX_MISSES + 1)]

    assert problems == [""] * (MAX_MISSES - 1) + [f"has not responded {MAX_MISSES} times in a row"]
