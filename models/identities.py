"""Who people are, and sentences in which they say so: the bias gate, and balance in training.

All sentences are our own; they are not those of the public templates that judge the model, and what the gate asks is
not what training taught.
"""

from collections.abc import Iterator
from typing import Final

TERMS: Final = (
    "lesbian", "gay", "bisexual", "transgender", "trans", "queer", "lgbt", "lgbtq", "homosexual", "straight",
    "heterosexual", "male", "female", "nonbinary", "african", "african american", "black", "white", "european",
    "hispanic", "latino", "latina", "latinx", "mexican", "canadian", "american", "asian", "indian",
    "middle eastern", "chinese", "japanese", "christian", "muslim", "jewish", "buddhist", "catholic", "protestant",
    "sikh", "taoist", "old", "older", "young", "younger", "teenage", "millenial", "middle aged", "elderly", "blind",
    "deaf", "paralyzed",
)  # fmt: skip
#: others who are named in the same sentences, so that being named at all means nothing
_OTHERS: Final = (
    "turkish", "kurdish", "arab", "german", "french", "polish", "russian", "korean", "nigerian", "somali", "romani",
    "refugee", "immigrant", "feminist", "atheist", "hindu", "disabled", "autistic", "fat", "poor", "rich",
    "democratic", "republican", "liberal", "conservative", "married", "single", "local", "foreign", "new", "other",
    "swedish",
)  # fmt: skip

_PEACEFUL: Final = (
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
    """The terms of one word, and their plurals."""
    return [word for term in TERMS if " " not in term for word in (term, f"{term}s")]


def identity_templates() -> list[str]:
    """The gate: neutral and proud sentences, each with every term."""
    return [sentence.format(term) for sentence in _GATE for term in TERMS]


def taught_sentences() -> Iterator[tuple[str, bool]]:
    """What training is told: every term in the same peaceful and in the same hateful sentences."""
    for term in (*TERMS, *_OTHERS):
        yield from ((sentence.format(term), False) for sentence in _PEACEFUL)
        yield from ((sentence.format(term), True) for sentence in _HATEFUL)
