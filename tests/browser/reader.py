"""What a reader does with the form, and what can be seen of it."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page


@dataclass
class Reader:
    """Somebody in front of a page."""

    page: Page

    def open(self, address: str) -> "Reader":
        """Go there, and wait until the form can be used."""
        self.page.goto(address)
        self.form.wait_for()
        return self

    @property
    def form(self) -> Locator:
        return self.page.locator("form.rejoinder-form")

    @property
    def notice(self) -> Locator:
        """Where the form says what concerns the whole of it."""
        return self.form.locator(".rejoinder-notice")

    def field(self, name: str) -> Locator:
        return self.form.locator(f"[name={name}]")

    def comment(self, text: str) -> Locator:
        """The comment in the thread that says this."""
        return self.page.locator(".rejoinder-comment").filter(has_text=text)

    def error_at(self, name: str) -> str:
        """The error to which the field itself points."""
        ids = (self.field(name).get_attribute("aria-describedby") or "").split()
        return " ".join(self.page.locator(f"#{each}").inner_text() for each in ids if each.endswith("-error"))

    def write(self, body: str = "A kind word.", **fields: str) -> "Reader":
        """Fill in the form; valid unless told otherwise."""
        for name, value in {"body": body, "name": "Rita Reader", "email": "rita@reader.example", **fields}.items():
            self.field(name).fill(value)
        return self

    def post(self) -> "Reader":
        self.form.get_by_role("button", name="Post Comment").click()
        return self

    def reports(self) -> list[str]:
        """What the page's content policy forbade."""
        found: list[str] = self.page.evaluate("window.reports")
        return found
