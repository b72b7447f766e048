"""The passages of mail that training reads as comments."""

from models.training.data_mixture import passages
from models.training.datasets import CLEAN, Example

HAM = Example(" ".join(f"word{n}" for n in range(100)), {**CLEAN, "spam": 0.0}, "mails", name="Ada")
SPAM = Example("Buy our pills now", {"spam": 1.0}, "mails")
COMMENT = Example("A comment of thirty words is no mail", {"spam": 0.0}, "youtube")


def test_a_passage_has_the_label_and_the_split_of_its_mail() -> None:
    found = list(passages([HAM, SPAM, COMMENT]))

    assert [example.labels for example in found] == [HAM.labels] * 3 + [SPAM.labels]
    assert {example.part for example in found[:3]} == {HAM.part}
    assert {example.source for example in found} == {"passages"}


def test_a_passage_is_as_long_as_a_comment() -> None:
    found = list(passages([HAM]))

    assert [len(example.text.split()) for example in found] == [30, 30, 30]
    assert " ".join(example.text for example in found) == " ".join(HAM.text.split()[:90])
