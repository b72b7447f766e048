"""What the programs write, line by line, with their names."""

import io

from service.process.console import MAX_LINE, Output


def test_a_line_that_comes_in_pieces_is_shown_once_and_whole():
    stream = io.StringIO()
    output = Output(stream)

    output.add("web", 5, b"comment ")
    output.add("scoring", 6, b"bell\n")
    output.add("web", 5, b"received\nnext")
    output.end("web", 5)

    assert stream.getvalue().splitlines() == [
        "scoring   | bell",
        "web       | comment received",
        "web       | next",
    ]


def test_a_line_without_end_is_shown_in_parts_and_not_hoarded():
    stream = io.StringIO()
    output = Output(stream)

    for _ in range(10):
        output.add("web", 5, b"x" * MAX_LINE)

    assert len(stream.getvalue()) > 9 * MAX_LINE


def test_bytes_that_are_no_text_break_nothing():
    stream = io.StringIO()

    Output(stream).add("web", 5, b"\xff\xfe\n")

    assert stream.getvalue() == "web       | \ufffd\ufffd\n"


def test_a_terminal_that_was_closed_is_no_reason_to_stop():
    stream = io.StringIO()
    stream.close()

    Output(stream).say("Anybody there?")
