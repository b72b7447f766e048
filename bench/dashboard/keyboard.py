"""A moderator at the keyboard: looks at the comment in hand, presses its keys, and goes on until nothing waits."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from playwright.sync_api import Page

from moderation.accounts import Role
from moderation.comment import Status
from moderation.queue import Search
from moderation.store import Store

LOOK = """() => {
  const card = document.querySelector(".in-hand") ?? document.querySelector("[data-card]");
  if (!card) return document.querySelector('.pages [rel="next"]') ? "loading" : "done";
  const boxes = [...card.querySelectorAll('[name="pick"]')].map((box) => box.value.split(":")[0]);
  return {
    id: card.id, run: card.dataset.run ?? "", campaign: card.dataset.campaign ?? "", covers: boxes,
    text: card.querySelector(".body")?.textContent ?? "",
  };
}"""

WATCH = """
window.waits = [];
document.addEventListener("keydown", () => {
  const pressed = performance.now();
  const before = document.querySelector(".in-hand")?.id;
  const look = () => {
    const now = document.querySelector(".in-hand")?.id;
    if (now && now !== before) window.waits.push(performance.now() - pressed);
    else if (performance.now() - pressed < 2000) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}, true);
"""
"""Notes for each key the milliseconds until another comment is in hand and painted."""

LEAST_BETWEEN_S = 0.1


@dataclass(slots=True)
class Clearing:
    """What it took. waits_ms: from a key to the next comment in hand. wanted: by comment, what the keys meant."""

    presses: int = 0
    waits_ms: list[float] = field(default_factory=list)
    bytes: int = 0
    wanted: dict[str, Status] = field(default_factory=dict)
    campaigns: dict[str, Status] = field(default_factory=dict)
    seconds: float = 0.0

    def per_hundred(self, value: float, decided: int) -> float:
        """The value for each hundred comments."""
        return 100 * value / decided

    @property
    def median_wait_ms(self) -> float:
        """The median."""
        return median(self.waits_ms)


def sign_in(page: Page, store: Store, url: str, *, role: Role = Role.MODERATOR) -> None:
    """Sign in by a one-time link, in this role on every site; the queue is open then."""
    at = datetime.now(UTC)
    with store.read() as uow:
        sites = [site.id for site in uow.sites.all()]
    moderator = store.write(lambda uow: uow.accounts.add_moderator("Mina", role, sites, at=at))
    lifetime = timedelta(days=1)
    token = store.write(lambda uow: uow.accounts.issue_sign_in(moderator, kind="link", lifetime=lifetime, at=at))
    page.goto(f"{url}/dashboard/sign-in/{token}")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_selector(".tabs")
    page.wait_for_load_state()


def clear(page: Page, *, between_s: float = LEAST_BETWEEN_S) -> Clearing:
    """Decide about everything that waits, ten keys a second at most. The page is the queue, with the script."""
    found = Clearing()
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda event: _count(found, event))
    page.add_init_script(WATCH)
    page.reload()
    page.wait_for_load_state()
    began = time.monotonic()
    while (seen := page.evaluate(LOOK)) != "done":
        if seen == "loading":
            page.wait_for_timeout(20)
            continue
        for key in _keys_for(seen, found):
            page.keyboard.press(key)
            found.presses += 1
            page.wait_for_timeout(between_s * 1_000)
    while not page.evaluate(_IS_SAVED):
        page.wait_for_timeout(20)
    found.seconds = time.monotonic() - began
    found.waits_ms = page.evaluate("window.waits")
    return found


def wrong(store: Store, found: Clearing) -> list[str]:
    """The ids of comments that became something else than the keys meant."""
    with store.read() as uow:
        comments = {each.id: each for each in uow.comments.get_many(sorted(found.wanted))}
        wrong = [id for id, status in found.wanted.items() if comments[id].status is not status]
        for campaign, status in found.campaigns.items():
            search = Search(sites=("demo",), status=None, campaign=campaign, limit=100)
            wrong += [each.id for each in uow.queue.page(search).comments if each.status is Status.PENDING]
            assert status is Status.REJECTED
    return wrong


def _keys_for(seen: dict[str, Any], found: Clearing) -> str:
    """What a moderator presses for it, who reads addresses as advertising."""
    if seen["campaign"]:
        found.campaigns[seen["campaign"]] = Status.REJECTED
        return "c"
    if seen["run"]:
        status, keys = _RUNS[seen["run"]]
        found.wanted |= dict.fromkeys(seen["covers"], status)
        return keys
    is_bad = any(word in seen["text"] for word in ("https://", "idiot", "moron", "Vollidiot", "liar"))
    found.wanted[seen["id"]] = Status.REJECTED if is_bad else Status.APPROVED
    return "s" if is_bad else "a"


_RUNS = {
    "fine": (Status.APPROVED, "a"),
    "spam": (Status.REJECTED, "s"),
    "abuse": (Status.REJECTED, "r2"),
}
_IS_SAVED = """() => document.querySelector('[data-count="pending"]').textContent.trim() === "0" """


def _count(found: Clearing, event: dict[str, Any]) -> None:
    found.bytes += int(event["encodedDataLength"])
