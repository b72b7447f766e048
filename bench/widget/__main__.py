"""`python -m bench.widget --isso PATH`: the form beside those of four others, on a page with 200 comments.

Weight and requests are what the browser fetched for the widget; shift is the layout shift; "usable" is when the text
field was there, on a page slowed down to a quarter of this processor and to slow 4G (1.6 Mbit/s, 150 ms); "work" is
the processor time that the main thread took beyond the page without comments, without slowing, until 200 were shown.
Medians of `--rounds`, and in brackets how many times as much as ours.

PATH is the program `isso`, installed with pip in an environment of its own. Waline, Artalk and Twikoo come from npm,
and their servers are stand-ins: see peers.py.
"""

import argparse
import statistics
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from bench.widget.isso import begin_isso
from bench.widget.peers import PEERS, begin_peers
from bench.widget.stage import Stage, stage
from tests.chromium import chromium

COMMENTS = 200
MORE = ".rejoinder-more, .isso-load-hidden, .wl-more, .atk-list-read-more, .tk-expand"
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 94_000}
WATCH = """
window.shift = 0;
new PerformanceObserver((list) => list.getEntries().forEach((each) => { window.shift += each.value; }))
  .observe({ type: "layout-shift", buffered: true });
const look = () => {
  const field = document.querySelector("main textarea, main .isso-textarea");
  if (field && field.getClientRects().length) window.usable = performance.now();
  else requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
PRESS = """
([shown, more, all]) => new Promise((done) => {
  let pressed = null;
  const look = () => {
    if (document.querySelectorAll(shown).length >= all) return done();
    const last = [...document.querySelectorAll(more)].pop();
    if (last && last !== pressed) last.click();
    pressed = last;
    requestAnimationFrame(look);
  };
  look();
})
"""
PAGE = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Rye</title><main><h1>Rye bread</h1>"
    + "<p>A dough of rye needs no kneading; it needs time. Stir it in the evening.</p>" * 3
    + "{widget}</main><footer><p>More from this paper.</p></footer>"
)


@dataclass(frozen=True)
class Seen:
    """One visit. kib: over the wire; usable_ms, work_ms: milliseconds."""

    kib: float
    requests: float
    shift: float
    usable_ms: float
    work_ms: float

    def without(self, empty: "Seen") -> "Seen":
        """What came from the widget, and not from the page."""
        return replace(
            self,
            kib=self.kib - empty.kib,
            requests=self.requests - empty.requests,
            work_ms=self.work_ms - empty.work_ms,
        )


def main() -> None:
    """Measure all, and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--isso", type=Path, required=True, help="the program isso")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    bodies = [f"Number {number}. It needs time, and a warm place. " * 3 for number in range(COMMENTS)]
    with stage() as at, chromium() as browser, tempfile.TemporaryDirectory() as folder:
        at.say("rye", tuple((f"Reader {number}", body, "") for number, body in enumerate(bodies)))
        isso = begin_isso(asked.isso, Path(folder), at.host.origin, bodies)
        with isso as isso_url, begin_peers(Path(folder), bodies) as pages:
            script = f'<script src="{at.url}/embed.js" defer data-site="demo" data-thread="rye"></script>'
            isso_page = (
                f'<script data-isso="{isso_url}/" data-isso-max-comments-top="inf" src="{isso_url}/js/embed.min.js" '
                'async></script><section id="isso-thread" data-isso-id="/rye"></section>'
            )
            widgets = {"Rejoinder": (script, ".rejoinder-comment"), "Isso": (isso_page, ".isso-comment")}
            widgets |= {name: (page, peer.shown) for (name, page), peer in zip(pages.items(), PEERS, strict=True)}
            visit(browser, at, script, ".rejoinder-comment")  # compresses the script, once for each process
            seen: dict[str, list[Seen]] = {name: [] for name in ("", *widgets)}
            for _ in range(asked.rounds):  # in turn, so that a busy moment of the machine is everybody's
                seen[""].append(visit(browser, at, "", ""))
                for name, (widget, shown) in widgets.items():
                    seen[name].append(visit(browser, at, widget, shown))
    print("| | KB | requests | shift | usable, ms | work, ms |\n|---|---|---|---|---|---|")
    empty = median(seen.pop(""))
    own = {name: median(visits).without(empty) for name, visits in seen.items()}
    for name, each in own.items():
        print(row(name, each, own["Rejoinder"]))


def row(name: str, seen: Seen, ours: Seen) -> str:
    """A line of the table."""

    def beside(value: float, mine: float, digits: int) -> str:
        return f"{value:.{digits}f}" if seen is ours else f"{value:.{digits}f} ({value / mine:.1f}×)"

    return (
        f"| {name} | {beside(seen.kib, ours.kib, 1)} | {seen.requests:.0f} | {seen.shift:.3f} "
        f"| {beside(seen.usable_ms, ours.usable_ms, 0)} | {beside(seen.work_ms, ours.work_ms, 0)} |"
    )


def visit(browser: Browser, at: Stage, widget: str, shown: str) -> Seen:
    """Load a page twice with an empty cache: as fast as it goes for the work, slowed down for the rest."""
    at.host.pages["/rye"] = PAGE.format(widget=widget)
    fast, slow = _load(browser, at, shown, is_slow=False), _load(browser, at, shown, is_slow=True)
    return Seen(slow["bytes"] / 1024, slow["requests"], slow["shift"], slow["usable"], fast["work"])


def median(seen: list[Seen]) -> Seen:
    """Each measure's median."""
    return Seen(*(statistics.median(getattr(each, name) for each in seen) for name in Seen.__dataclass_fields__))


def _load(browser: Browser, at: Stage, shown: str, *, is_slow: bool) -> dict[str, float]:
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.add_init_script(WATCH)
    session = context.new_cdp_session(page)
    fetched: list[float] = []
    session.on("Network.loadingFinished", lambda event: fetched.append(event["encodedDataLength"]))
    session.send("Network.enable")
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    if is_slow:
        session.send("Network.emulateNetworkConditions", SLOW)
        session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.goto(f"{at.host.origin}/rye", timeout=120_000)
    if shown:
        page.locator(shown).nth(40).wait_for(state="attached", timeout=120_000)
    if shown and not is_slow:
        _show_all(page, shown)
    page.wait_for_timeout(1_000)
    measured: list[Any] = session.send("Performance.getMetrics")["metrics"]
    metrics = {each["name"]: each["value"] for each in measured}
    usable, shift = page.evaluate("[window.usable || 0, window.shift]")
    context.close()
    return {
        "bytes": sum(fetched),
        "requests": len(fetched),
        "shift": shift,
        "usable": usable,
        "work": metrics["TaskDuration"] * 1_000,
    }


def _show_all(page: Page, shown: str) -> None:
    """Press what shows more, as long as there is something."""
    page.evaluate(PRESS, [shown, MORE, COMMENTS])


if __name__ == "__main__":
    main()
