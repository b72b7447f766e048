"""`python -m bench.widget --isso PATH`: the form beside Isso's, on a page of a news site with 200 comments.

Weight and requests are what the browser fetched for the widget; shift is the layout shift; "usable" is when the text
field was there, on a page slowed down to a quarter of this processor and to slow 4G (1.6 Mbit/s, 150 ms); "work" is
what the main thread did more than on the page without comments, without slowing. Medians of `--rounds`.

PATH is the program `isso`, installed with pip in an environment of its own.
"""

import argparse
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from bench.widget.isso import begin_isso
from bench.widget.stage import Stage, stage
from tests.chromium import chromium

COMMENTS = 200
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
PAGE = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Rye</title><main><h1>Rye bread</h1>"
    + "<p>A dough of rye needs no kneading; it needs time. Stir it in the evening.</p>" * 3
    + "{widget}</main><footer><p>More from this paper.</p></footer>"
)


@dataclass(frozen=True)
class Seen:
    """One visit. bytes: over the wire; usable_ms, work_ms: milliseconds."""

    bytes: float
    requests: float
    shift: float
    usable_ms: float
    work_ms: float


def main() -> None:
    """Measure both, and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--isso", type=Path, required=True, help="the program isso")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with stage() as at, chromium() as browser, tempfile.TemporaryDirectory() as folder:
        bodies = [f"Number {number}. It needs time, and a warm place. " * 3 for number in range(COMMENTS)]
        at.say("rye", tuple((f"Reader {number}", body, "") for number, body in enumerate(bodies)))
        with begin_isso(asked.isso, Path(folder), at.host.origin, bodies) as isso_url:
            at.host.pages["/empty"] = PAGE.format(widget="")
            at.host.pages["/rejoinder"] = PAGE.format(
                widget=f'<script src="{at.url}/embed.js" defer data-site="demo" data-thread="rye"></script>'
            )
            at.host.pages["/isso"] = PAGE.format(
                widget=f'<script data-isso="{isso_url}/" src="{isso_url}/js/embed.min.js" async></script>'
                '<section id="isso-thread" data-isso-id="/rye"></section>'
            )
            visit(browser, at, "/rejoinder", ".rejoinder-comment")  # compresses the script, once for each process
            print("| | KB | requests | shift | usable, ms | work, ms |\n|---|---|---|---|---|---|")
            empty = median([visit(browser, at, "/empty", "") for _ in range(asked.rounds)])
            for name, shown in (("rejoinder", ".rejoinder-comment"), ("isso", ".isso-comment")):
                seen = median([visit(browser, at, f"/{name}", shown) for _ in range(asked.rounds)])
                print(
                    f"| {name} | {(seen.bytes - empty.bytes) / 1024:.1f} | {seen.requests - empty.requests:.0f} "
                    f"| {seen.shift:.3f} | {seen.usable_ms:.0f} | {seen.work_ms - empty.work_ms:.0f} |"
                )


def visit(browser: Browser, at: Stage, path: str, shown: str) -> Seen:
    """Load a page twice with an empty cache: as fast as it goes for the work, slowed down for the rest."""
    fast, slow = _load(browser, at, path, shown, is_slow=False), _load(browser, at, path, shown, is_slow=True)
    return Seen(slow["bytes"], slow["requests"], slow["shift"], slow["usable"], fast["work"])


def median(seen: list[Seen]) -> Seen:
    """Each measure's median."""
    return Seen(*(statistics.median(getattr(each, name) for each in seen) for name in Seen.__dataclass_fields__))


def _load(browser: Browser, at: Stage, path: str, shown: str, *, is_slow: bool) -> dict[str, float]:
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.add_init_script(WATCH)
    session = context.new_cdp_session(page)
    fetched: list[float] = []
    session.on("Network.loadingFinished", lambda event: fetched.append(event["encodedDataLength"]))
    for domain in ("Network", "Performance"):
        session.send(f"{domain}.enable")
    if is_slow:
        session.send("Network.emulateNetworkConditions", SLOW)
        session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.goto(at.host.origin + path)
    if shown:
        page.locator(shown).nth(40).wait_for(state="attached", timeout=120_000)
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


if __name__ == "__main__":
    main()
