from collections import Counter

from models.evaluation.functional_cases import read_cases
from models.training.abuse_families import ABUSE_FAMILIES, LANGUAGES, family_sentences


def _without_case(text: str) -> str:
    return " ".join(text.casefold().split())


def test_every_language_has_cases_of_both_sides():
    cases = list(read_cases())

    languages = Counter(case.language for case in cases)
    assert languages["en"] >= 400
    assert all(languages[language] >= 40 for language in LANGUAGES)
    for language in LANGUAGES:
        wants = {case.want for case in cases if case.language == language}
        assert {"ham", "abuse", "identity_attack", "threat"} <= wants


def test_spam_is_measured_against_comments_that_look_like_it():
    wants = Counter(case.want for case in read_cases())

    assert wants["spam"] >= 70
    assert wants["ham"] >= 70


def test_each_case_wants_what_its_function_wants_and_stands_once():
    cases = list(read_cases())

    wants = {(case.function, case.want) for case in cases}
    assert len(wants) == len({function for function, _ in wants})
    assert len({_without_case(case.body) for case in cases}) == len(cases)


def test_training_never_sees_a_case():
    cases = {_without_case(case.body).rstrip(".!?") for case in read_cases()}

    for name in ABUSE_FAMILIES:
        for text, _, _ in family_sentences(name, seed=3, limit=25):
            assert _without_case(text).rstrip(".!?") not in cases
