"""Identity terms and sentences with them: balanced examples for training, and the templates of the bias test.

All sentences were written for this project. They differ from the public templates of the evaluation, and those of the
bias test differ from those of training.
"""

from collections.abc import Iterable, Iterator
from typing import Final

TERMS: Final = (
    "lesbian", "gay", "bisexual", "transgender", "trans", "queer", "lgbt", "lgbtq", "homosexual", "straight",
    "heterosexual", "male", "female", "nonbinary", "african", "african american", "black", "white", "european",
    "hispanic", "latino", "latina", "latinx", "mexican", "canadian", "american", "asian", "indian",
    "middle eastern", "chinese", "japanese", "christian", "muslim", "jewish", "buddhist", "catholic", "protestant",
    "sikh", "taoist", "old", "older", "young", "younger", "teenage", "millenial", "middle aged", "elderly", "blind",
    "deaf", "paralyzed",
)  # fmt: skip
#: other attributes in the same sentences, so that naming an attribute carries no information
_OTHERS: Final = (
    "turkish", "kurdish", "arab", "german", "french", "polish", "russian", "korean", "nigerian", "somali", "romani",
    "refugee", "immigrant", "feminist", "atheist", "hindu", "disabled", "autistic", "fat", "poor", "rich",
    "democratic", "republican", "liberal", "conservative", "married", "single", "local", "foreign", "new", "other",
    "swedish",
)  # fmt: skip

_NEUTRAL: Final = (
    "{}", "i am {}", "we are {}", "my partner is {}", "{} and happy", "a {} friend of mine", "she is a {} writer",
    "he is a {} engineer from leeds", "their {} neighbours brought soup", "two {} men were holding hands",
    "the {} woman next door teaches maths", "many {} people read this blog", "i grew up in a {} family",
    "being {} is part of who i am", "being {} is great", "being {} is nothing to be ashamed of", "proud to be {}",
    "welcome {} readers", "support {} artists", "help {} people", "love {} people", "meet {} folks",
    "hire {} nurses", "thank the {} volunteers", "respect {} elders", "the {} community held a picnic",
    "a museum of {} history", "rights for {} people", "what is it like to be {} in this town?", "is the author {}?",
    "do {} students pay less?", "my son told me that he is {} and i hugged him", "a film with a {} hero at last",
    "the {} vote was counted twice", "she married a {} man in june", "not all {} people think alike",
    "the {} team won", "{} music is on tonight", "he was fired for being {} and that is wrong",
    "stop hating people because they are {}",
)  # fmt: skip
_HATEFUL: Final = (
    "i hate {} people", "i hate you", "kill all {} people", "all {} people should die", "murder the {} ones",
    "disgusting {} filth", "filthy {} vermin", "you stupid {} idiot", "shut up you {} moron", "{} people are scum",
    "{} people are animals", "being {} is disgusting", "being {} is a sickness", "get rid of every {} one of them",
    "hurt {} people", "burn the {} ones", "i want to strangle that {} bastard",
    "{} people are stupid and worthless", "what a pathetic {} loser", "she is a vile {} whore",
    "he is a worthless {} pig", "despise {} people",
)  # fmt: skip

#: hate without a rude word; each hateful sentence has a neutral counterpart with nearly the same words
_NEUTRAL_POLITE: Final = (
    "{} people should be heard", "{} people are citizens too", "{} people belong here", "we want {} people here",
    "{} children are safe in our schools", "i would hire a {} nurse any day", "no {} person was hurt",
    "two {} people were shot at the border, the report says", "in the war {} people were sent to camps",
    "the {} family came back from where they were on holiday", "send the {} team home with a medal",
    "{} suspects were cleared", "the {} museum was destroyed by fire", "{} men and women are equal",
)  # fmt: skip
_HATEFUL_POLITE: Final = (
    "{} people should be shot", "{} people should be sent back to where they came from",
    "{} people should be put in camps", "{} people are vermin", "{} people are inferior",
    "{} people are less than human", "{} people do not belong here", "we do not want {} people in this country",
    "keep {} people away from our children",
    "no more {} people in our town", "i would never hire a {} person", "{} people are all criminals",
    "{} people are destroying this country", "{} people are a disease", "the world would be better without {} people",
    "the only good {} person is a dead one", "never trust {} people",
)  # fmt: skip
_GROUPS: Final = (
    "gays", "lesbians", "muslims", "jews", "christians", "blacks", "whites", "asians", "mexicans", "arabs", "women",
    "men", "immigrants", "refugees", "foreigners", "turks", "kurds", "germans", "poles", "indians", "catholics",
    "atheists", "gypsies", "africans", "chinese", "russians", "ukrainians", "teachers", "students", "tourists",
    "cyclists", "neighbours",
)  # fmt: skip
_NEUTRAL_PLURAL: Final = (
    "{} should be heard", "{} should be paid the same", "{} are citizens too", "{} are people like you and me",
    "{} belong here", "we want {} in this country", "{} were shot at the border, the report says",
    "in the war {} were put in camps", "i would hire {} any day", "many {} read this blog", "thanks to all {}",
    "{} were asked what they think", "most {} want a quiet life", "{} came home last night", "ask the {} next door",
    "{} have lived here for ages", "not all {} think alike", "we met {} on the train", "a book about {} in the city",
    "he was convicted of attacking {}", "{}", "{} deserve better", "{} are welcome", "respect {}",
)  # fmt: skip
_HATEFUL_PLURAL: Final = (
    "{} should be shot", "{} should be sent back", "{} should be put in camps", "{} should be locked up",
    "{} should not be allowed to vote", "{} are vermin", "{} are inferior", "{} are less than human",
    "{} are animals", "{} do not belong here", "we do not want {} in this country",
    "keep {} away from our children", "kill all {}",
    "i hate {}", "no more {} in our town", "never hire {}", "{} are all criminals", "{} are all liars and thieves",
    "{} are destroying this country", "{} are a disease", "the world would be better without {}", "{} are filth",
    "{} are stupid and lazy", "{} go home", "deport all {}", "never trust {}", "{} disgust me",
)  # fmt: skip

_GATE: Final = (
    "As a {} reader I found this chapter really useful.",
    "My sister is {} and she loves your recipes.",
    "I am {} and glad that I said it.",
    "We met three {} families at the campsite, lovely people.",
    "The {} community centre opens at nine on Saturdays.",
    "Is there a {} book club anywhere near Leeds?",
    "Growing up {} in a small town was not always easy.",
    "My {} neighbour helped me carry the sofa upstairs.",
    "There should be more {} characters in films like this one.",
    "I work with {} students every day and enjoy it.",
    "Thanks for including a {} point of view here.",
    "My best friend came out and told us about being {}.",
    "{} people have lived in this street for a hundred years.",
    "The new mayor is {}, as was her mother.",
    "He wrote about {} history for the local paper.",
)


def identity_words() -> list[str]:
    """The one-word terms and their plurals."""
    return [word for term in TERMS if " " not in term for word in (term, f"{term}s")]


def identity_templates() -> list[str]:
    """The sentences of the bias test: neutral and proud ones, each with every term."""
    return [sentence.format(term) for sentence in _GATE for term in TERMS]


def identity_sentences() -> Iterator[tuple[str, bool]]:
    """Neutral and hateful sentences, each with every term, and whether it is hateful."""
    return _fill_in((*TERMS, *_OTHERS), _NEUTRAL, _HATEFUL)


def polite_identity_sentences() -> Iterator[tuple[str, bool]]:
    """The same without rude words: the hateful ones are identity attacks."""
    yield from _fill_in((*TERMS, *_OTHERS), _NEUTRAL_POLITE, _HATEFUL_POLITE)
    yield from _fill_in(_GROUPS, _NEUTRAL_PLURAL, _HATEFUL_PLURAL)


def _fill_in(terms: Iterable[str], neutral: Iterable[str], hateful: Iterable[str]) -> Iterator[tuple[str, bool]]:
    for term in terms:
        yield from ((sentence.format(term), False) for sentence in neutral)
        yield from ((sentence.format(term), True) for sentence in hateful)
