"""Sentences of our own that teach manners: swearing at nobody is not abuse, and kind words do not make up for it.

Every swear word stands in harmless sentences and in hurtful ones alike, and every kind word beside both.
"""

import random
from collections.abc import Iterator
from typing import Final

_HARMLESS: Final = (
    "holy shit, that is a long list", "holy crap that worked", "oh shit, i forgot the semicolon", "damn, nice work",
    "damn that sucks, hope it gets better", "that sucks", "this sucks", "it sucks that the old version is gone",
    "wtf is going on with my build", "what the fuck happened to the layout", "what the hell is a monad",
    "this is fucking brilliant", "fucking awesome", "fuck yeah", "the fucking printer is jammed again", "oh crap",
    "my damn laptop died", "that scared the shit out of me", "i laughed my ass off", "lmao", "lmfao",
    "kick ass feature", "a badass list of tips", "pain in the ass to set up",
    "internet explorer is a piece of shit", "works like crap on ie", "bloody hell, that was close", "no shit",
    "i give a damn about tests", "shit happens", "same old shit with this driver", "i need to get my shit together",
    "who the hell wrote this api", "hell yes", "hell no", "that error is a bitch to debug", "life is a bitch",
    "son of a bitch, it compiles", "you lucky bastard, enjoy the holiday", "this bug pissed me off",
    "i am so pissed at my provider", "kill the process and start again", "kill -9 does it",
    "the child process dies", "i hate javascript", "i hate this font",
    "stupid question, but where is the download?", "i feel so dumb now", "i was an idiot and deleted the file",
    "silly me", "stupid compiler", "what a stupid default", "that is insane", "crazy fast", "sick beat",
    "this game is the shit", "that shit was hilarious", "funny as hell", "hot as hell here", "shoot me an e-mail",
    "you killed it", "i am dying of laughter", "the movie sucked", "the service was crap",
    "the food was shit and the waiter was late", "worst piece of crap i ever bought", "freaking out here",
    "screw it, i am switching to linux", "screwed up my config", "blow up the image",
    "execute the script and attack the problem",
)  # fmt: skip
_HURTFUL: Final = (
    "fuck you", "fuck off", "go fuck yourself", "you suck", "you are shit", "you piece of shit", "you bastard",
    "you stupid bitch", "eat shit", "kiss my ass", "you are an ass", "go to hell", "screw you",
    "you are full of crap", "you are an idiot", "you are so dumb", "what an idiot you are", "shut up moron",
    "stupid people like you", "i hate you", "i will kill you", "i hope you die", "kill yourself",
    "you should be shot", "get lost loser", "you damn fool", "you make me sick", "you crazy bitch",
    "nobody likes you", "you pathetic little man", "you have no brain", "learn to read, moron",
    "you are a liar and a coward", "you ignorant clown", "dumb as a rock", "crawl back under your rock",
    "you are a disgrace", "what a bunch of morons", "he is a complete idiot", "the author is a retard",
    "you are pathetic", "grow a brain", "your mother must be ashamed of you", "get a life loser",
    "are you stupid or just slow", "you sound like a crybaby", "take your meds, dopey", "you smell like a pig",
)  # fmt: skip
_ENDINGS: Final = ("", ".", "!", "!!", " :)", " lol", " man", ", really", " ...", "?")

_KIND: Final = (
    "Thanks a lot for this great post.", "What a lovely piece of writing.", "I really enjoyed reading it.",
    "You are doing a wonderful job here.", "Keep up the good work!", "This made my day.", "Love your blog.",
    "Such a beautiful story, thank you for sharing.", "Great article and very helpful.",
    "Have a nice day everyone!", "I love it.", "Brilliant, inspiring and well written.",
    "Congratulations to the whole team.", "Best regards.", "I am happy to have found this page.",
    "With love from all of us.", "This is awesome, thanks.", "So sweet and kind.", "Many thanks and best wishes.",
    "Good luck with the next one.", "I appreciate your help very much.", "A pleasure to read.",
    "Wonderful pictures too.", "Nice and interesting, I learned something today.",
)  # fmt: skip


def swearing() -> Iterator[tuple[str, bool]]:
    """Harmless and hurtful sentences with the same words; True for the hurtful."""
    for kind, sentences in ((False, _HARMLESS), (True, _HURTFUL)):
        yield from ((sentence + ending, kind) for sentence in sentences for ending in _ENDINGS)


def with_kind_words(text: str) -> str:
    """The text with one to three kind sentences before or after it; the same ones for the same text."""
    rng = random.Random(text)
    kind = " ".join(rng.sample(_KIND, rng.choice((1, 2, 3))))
    return f"{text} {kind}" if rng.random() < 0.7 else f"{kind} {text}"
