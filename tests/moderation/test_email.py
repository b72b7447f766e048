"""An e-mail address does not leak by habit: every usual way of showing a value shows nothing."""

import copy
import json
import logging
import pickle
import pprint
import traceback
from dataclasses import asdict, fields

import pytest

from moderation.comment import Comment, Email, PublicComment, SubmissionMetadata
from moderation.score import ScoringInput
from tests.builders import a_comment, a_submission

CANARY = "canary@nest.example"
EMAIL = Email(CANARY)


@pytest.mark.parametrize(
    "show",
    [
        repr,
        str,
        ascii,
        format,
        "{}".format,
        "{!r}".format,
        "{:>40}".format,
        "{0:.3}".format,
        lambda email: f"{email:>40}",
        lambda email: f"{email=}",
        lambda email: "%s %r" % (email, email),  # noqa: UP031
        lambda email: "%s" % [email],
        pprint.pformat,
        lambda email: json.dumps({"email": email}, default=str),
        lambda email: json.dumps({"email": email}, default=repr),
        lambda email: pprint.pformat(a_submission(email=email)),
        lambda email: repr(a_submission(email=email)),
    ],
)
def test_no_way_of_showing_a_value_shows_the_address(show):
    shown = show(EMAIL)

    assert "canary" not in shown
    assert "nest" not in shown


@pytest.mark.parametrize(
    "serialise",
    [
        json.dumps,
        pickle.dumps,
        copy.deepcopy,
        copy.copy,
        lambda email: asdict(a_submission(email=email)),
        vars,
        iter,
        len,
        lambda email: "x" + email,
        lambda email: email.encode(),
    ],
)
def test_what_would_serialise_it_fails_and_does_not_name_it(serialise):
    with pytest.raises((TypeError, AttributeError)) as refused:
        serialise(EMAIL)

    assert "canary" not in "".join(traceback.format_exception(refused.value))


def test_a_log_line_does_not_show_it(caplog):
    logging.getLogger("test").warning("from %s %r", EMAIL, EMAIL)

    assert "canary" not in caplog.text


def test_only_reveal_gives_it_out():
    assert EMAIL.reveal() == CANARY


def test_addresses_are_the_same_person_whatever_their_case_and_the_space_around():
    assert Email(" Rita@Reader.example ") == Email("rita@reader.EXAMPLE")
    assert len({Email("Rita@reader.example"), Email("rita@reader.example ")}) == 1
    assert Email("rita@reader.example") != Email("rita2@reader.example")
    assert Email("rita@reader.example") != "rita@reader.example"


@pytest.mark.parametrize("kind", [PublicComment, Comment, ScoringInput, SubmissionMetadata])
def test_what_leaves_the_store_has_no_field_for_an_address(kind):
    assert not [field.name for field in fields(kind) if "mail" in field.name or field.type is Email]


def test_a_classifier_reads_no_address_and_no_network():
    reading = a_comment("Hello.", masked_address="192.0.2.0/24").reading()

    assert "192.0.2" not in repr(reading)
