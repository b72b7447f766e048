"""A reader's actions on the form, and what the page shows."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page

from tests.waiting import eventually


@dataclass
class Reader:
    """A reader with a page."""

    page: Page

    def open(self, address: str) -> "Reader":
        """Open the page and wait until the form can be used."""
        self.page.goto(address)
        self.form.wait_for()
        return self

    @property
    def form(self) -> Locator:
        return self.page.locator("form.rejoinder-form")

    @property
    def notice(self) -> Locator:
        """The element with messages about the whole form."""
        return self.form.locator(".rejoinder-notice")

    def field(self, name: str) -> Locator:
        return self.form.locator(f"[name={name}]")

    def comment(self, text: str) -> Locator:
        """The comment of the thread that has this text."""
        return self.page.locator(".rejoinder-comment").filter(has_text=text)

    def error_at(self, name: str) -> str:
        """The error message that the field refers to, once it has one."""
        return eventually(lambda: self.error_now(name))

    def error_now(self, name: str) -> str:
        """The error message that the field refers to at this moment, "" for none."""
        ids = (self.field(name).get_attribute("aria-describedby") or "").split()
        return " ".join(self.page.locator(f"#{each}").inner_text() for each in ids if each.endswith("-error"))

    def write(self, body: str = "A kind word.", **fields: str) -> "Reader":
        """Fill in the form, by default with valid values."""
        for name, value in {"body": body, "name": "Rita Reader", "email": "rita@reader.example", **fields}.items():
            self.field(name).fill(value)
        return self

    def post(self) -> "Reader":
        self.form.get_by_role("button", name="Post Comment").click()
        return self

    def reports(self) -> list[str]:
        """The violations of the page's content security policy."""
        found: list[str] = self.page.evaluate("window.reports")
        return found
