"""Firefox as Debian packages it, driven over WebDriver BiDi: Playwright drives only a Firefox that it has patched.

See https://w3c.github.io/webdriver-bidi. One tab, and only what the tests need.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.waiting import LIMIT_S, eventually

PROGRAMS = ("firefox-esr", "firefox")
KEYS = {"Enter": "\ue007", "Tab": "\ue004", "Escape": "\ue00c", "Control": "\ue009"}

_LISTENS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")


def program() -> str | None:
    """The Firefox of this machine, None without one."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


class Tab:
    """A tab. errors: what scripts threw and nobody caught."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._last_id = 0
        self.errors: list[str] = []
        self._ask("session.new", capabilities={})
        self._ask("session.subscribe", events=["log.entryAdded"])
        self._id = self._ask("browsingContext.getTree")["contexts"][0]["context"]

    def open(self, address: str) -> None:
        """Load a page."""
        self._ask("browsingContext.navigate", context=self._id, url=address, wait="complete")

    def read(self, expression: str) -> Any:
        """The value of an expression, as text, a number or a boolean."""
        target = {"context": self._id}
        answer = self._ask("script.evaluate", expression=expression, target=target, awaitPromise=True)
        assert answer["type"] == "success", answer
        return answer["result"].get("value")

    def until(self, expression: str) -> Any:
        """The value of an expression, once it is true."""
        try:
            return eventually(lambda: self.read(expression))
        except AssertionError as problem:
            raise AssertionError(
                f"never true: {expression}; the page: {self.read('document.body.innerText')}"
            ) from problem

    def press(self, key: str, *, holding: str = "") -> None:
        """Press a key, of KEYS or a letter, holding another one."""
        held = [KEYS[holding]] if holding else []
        strokes = [*held, KEYS.get(key, key)]
        actions = [{"type": "keyDown", "value": each} for each in strokes]
        actions += [{"type": "keyUp", "value": each} for each in reversed(strokes)]
        self._act(actions)

    def type(self, text: str) -> None:
        """Type a text where the focus is."""
        self._act([{"type": kind, "value": letter} for letter in text for kind in ("keyDown", "keyUp")])

    def _act(self, actions: list[dict[str, str]]) -> None:
        keyboard = {"type": "key", "id": "keyboard", "actions": actions}
        self._ask("input.performActions", context=self._id, actions=[keyboard])

    def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        self._last_id += 1
        self._socket.send(json.dumps({"id": self._last_id, "method": method, "params": params}))
        while True:
            message = json.loads(self._socket.recv(timeout=LIMIT_S))
            if message.get("method") == "log.entryAdded" and message["params"].get("type") == "javascript":
                self.errors.append(message["params"]["text"])
            if message.get("id") == self._last_id:
                assert message["type"] == "success", message
                result: dict[str, Any] = message["result"]
                return result


@contextmanager
def firefox(profile: Path, language: str = "en-GB") -> Iterator[Tab]:
    """A tab of a Firefox with an empty profile. Its window has no focus: keys are typed, but press no button."""
    settings = {"intl.accept_languages": language, "browser.chrome.site_icons": False}
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in settings.items()]
    (profile / "user.js").write_text("".join(lines))
    command = [program() or "firefox", "--headless", "--no-remote", "--remote-debugging-port", "0"]
    process = subprocess.Popen(
        [*command, "--profile", str(profile)], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    assert process.stderr is not None
    try:
        address = next(found[1] for line in process.stderr if (found := _LISTENS.search(line)))
        with connect(f"{address}/session", max_size=None) as socket:
            yield Tab(socket)
    finally:
        process.terminate()
        process.wait()
        process.stderr.close()
