"""Comments that nobody wrote, for looking at the dashboard: kind, clumsy, angry and for sale."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from moderation import review
from moderation.comment import Comment, ThreadRef
from moderation.decision import Action, DecidedBy, Reason
from moderation.review import DecisionRequest
from moderation.score import Evidence, Score
from moderation.site import Site
from moderation.store import Store
from tests.builders import RecordingDispatch, a_submission, an_arrival, received, settled

MINA = DecidedBy("mod_mina", "Mina")

RYE = ThreadRef("rye-bread", "https://blog.example/rye-bread", "Rye bread without a mixer")
BEES = ThreadRef("bees-in-march", "https://garden.example/bees-in-march", "What the bees do in March")


@dataclass(frozen=True)
class Invention:
    """A comment, its scores, and the words that moved them: (head, field, words, weight)."""

    name: str
    body: str
    spam: float = 0.02
    abuse: float = 0.01
    website: str = ""
    thread: ThreadRef = RYE
    evidence: tuple[tuple[str, str, str, float], ...] = ()
    labels: dict[str, float] = field(default_factory=dict)
    language: str = "en"
    confidence: float = 0.95
    trap_field: str = ""
    is_scored: bool = True

    def score(self) -> Score:
        """As a classifier would have given it."""
        return Score(
            spam=self.spam,
            abuse=self.abuse,
            labels=self.labels,
            language=self.language,
            confidence=self.confidence,
            evidence=tuple(self._evidence(*each) for each in self.evidence),
            model="rejoinder-en-2026.11+3f9a",
        )

    def _evidence(self, head: str, place: str, words: str, weight: float) -> Evidence:
        text = {"body": self.body, "name": self.name, "website": self.website}.get(place, "")
        start = max(text.find(words), 0)
        end = start + len(words) if words in text else 0
        return Evidence(head, place, start, end, words, weight)


WAITING = (
    Invention(
        "Hanne Okafor",
        "Thank you for this. I let the dough rest overnight in the cellar (about 12 °C) and the crumb came out "
        "open and moist, exactly as in your photo.\n\n"
        "One question: would you score it before or after the second rise?",
        spam=0.01,
        evidence=(("spam", "body", "One question", -1.1), ("spam", "body", "Thank you for this", -0.9)),
    ),
    Invention(
        "Best Casino Bonus 2026",
        "Great article! I earn €4,500 a week from home. Click https://casino-royal-win.example/bonus and get 200 "
        "free spins today, no deposit. Also visit https://cheap-pills.example and https://loans-fast.example now!!!",
        spam=0.97,
        website="https://casino-royal-win.example/bonus",
        evidence=(
            ("spam", "body", "free spins", 1.9),
            ("spam", "body", "https://casino-royal-win.example/bonus", 2.4),
            ("spam", "body", "no deposit", 1.2),
            ("spam", "body", "from home", 0.8),
            ("spam", "name", "Casino Bonus", 1.6),
            ("spam", "website", "casino", 1.1),
            ("spam", "submission", "3 links", 1.0),
            ("spam", "body", "article", -0.4),
        ),
        trap_field="filled in",
    ),
    Invention(
        "crumb_counter",
        "Only an idiot would put sugar into rye. You people are pathetic and should stop writing about bread.",
        abuse=0.93,
        labels={"insult": 0.91, "toxic": 0.88},
        evidence=(
            ("abuse", "body", "Only an idiot", 2.3),
            ("abuse", "body", "You people are pathetic", 1.8),
            ("abuse", "body", "about bread", -0.5),
        ),
    ),
    Invention(
        "Tomás Ferreira",
        "My grandmother killed it every time: 70 % hydration, a hot stone, and shut up about the steam. 😀",
        abuse=0.41,
        evidence=(("abuse", "body", "shut up", 0.9), ("abuse", "body", "My grandmother", -0.7)),
    ),
    Invention(
        "Aino Lindqvist",
        "Kiitos ohjeesta! Leivoin tämän viikonloppuna ja siitä tuli todella hyvää.",
        spam=0.22,
        abuse=0.08,
        language="fi",
        confidence=0.21,
    ),
    Invention("Per Wójcik", "Does this work with spelt as well?", is_scored=False),
    Invention(
        "שירה לוי",
        "תודה! נראה נהדר, אנסה בסוף השבוע.",
        spam=0.12,
        language="he",
        confidence=0.3,
        website="javascript:alert(1)",
    ),
    Invention(
        "Odile Marchand",
        "The hives on our roof were flying on the 4th already, at nine degrees. Is that too early to feed them?",
        spam=0.03,
        thread=BEES,
        evidence=(("spam", "body", "too early to feed", -0.8),),
    ),
)


def invent(store: Store, *, at: datetime) -> list[Comment]:
    """Fill the store: a second site, comments that wait, an author with a past, a reply, and decisions."""
    garden = Site(id="garden", name="The roof garden", origins=("https://garden.example",))
    store.write(lambda uow: uow.sites.add(garden, at=at))
    _past_of_hanne(store, at=at - timedelta(days=40))
    waiting = [
        _waits(store, each, at=at - timedelta(minutes=50 * (len(WAITING) - place) ** 2))
        for place, each in enumerate(WAITING)
    ]
    _replies(store, waiting[0], at=at - timedelta(minutes=4))
    return waiting


def _waits(store: Store, each: Invention, *, at: datetime) -> Comment:
    site = Site(id="garden", name="The roof garden") if each.thread is BEES else None
    submission = a_submission(
        each.body, name=each.name, email=_address(each.name), website=each.website, thread=each.thread
    )
    arrival = an_arrival(address="203.0.113.77", trap_field=each.trap_field, from_form=bool(each.trap_field))
    comment = received(store, submission, arrival, site=site, at=at)
    return settled(store, comment, each.score(), at=at + timedelta(seconds=1)) if each.is_scored else comment


def _replies(store: Store, parent: Comment, *, at: datetime) -> None:
    submission = a_submission(
        "Before the second rise, or it tears at the side. 🍞",
        name="Ingrid Baumann",
        email="ingrid@reader.example",
        thread=RYE,
        parent=parent.id,
    )
    settled(store, received(store, submission, at=at), Score(0.01, 0.01, language="en"), at=at)


def _past_of_hanne(store: Store, *, at: datetime) -> None:
    said = (
        ("Which flour is it?", Action.APPROVE, None),
        ("It worked, thank you!", Action.APPROVE, None),
        ("Same question as above?", Action.REJECT, Reason.DUPLICATE),
    )
    for day, (body, action, reason) in enumerate(said):
        when = at + timedelta(days=day)
        submission = a_submission(body, name="Hanne Okafor", email=_address("Hanne Okafor"), thread=RYE)
        comment = settled(store, received(store, submission, at=when), at=when)
        request = DecisionRequest(comment.id, action, comment.revision, reason)
        review.decide(store, RecordingDispatch(), request, MINA, sites=("demo",), at=when + timedelta(hours=1))


def _address(name: str) -> str:
    return f"author{sum(map(ord, name))}@reader.example"
