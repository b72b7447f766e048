"""Fixed texts whose scores are stored in each model's manifest, so that a change in the scoring code is noticed."""

from typing import Final

SAMPLE: Final = (
    "Thanks, restarting the router fixed it for me too.",
    "I disagree with the second point: the numbers in the table say the opposite.",
    "You are an idiot and nobody wants to read your rubbish.",
    "Y o u   a r e   a n   i d i o t",
    "yоu аre аn idіоt",
    "What a lovely story, thank you for sharing it. You are a worthless moron. Have a nice day!",
    "holy crap, that was a long night with the compiler",
    "I will find you and break your legs.",
    "As a gay man I felt welcome at this meetup.",
    "My muslim neighbours brought us soup.",
    "Nice blog! I found cheap designer watches here: http://best-watches.example/replica call +1 800 555 0199 now!!!",
    "Great post, very useful information for everyone. Visit our roofing company website for a free quote.",
    "check out my new channel and subscribe please",
    "EARN $5000 A WEEK FROM HOME!!! Write me on WhatsApp",
    "Das ist ein sehr schöner Artikel, vielen Dank dafür.",
    "Du bist ein dummes Arschloch.",
    "Çok güzel bir yazı olmuş, elinize sağlık.",
    "Спасибо за статью, очень помогло.",
    "The child process dies when I kill the parent, is that expected?",
    "",
)
