"""`rejoinder mail`: tries the mail server."""

import click

from moderation.errors import BadSetting, ModerationError
from moderation.ids import new_id
from moderation.mail.addresses import checked_email
from moderation.mail.compose import Letter, Paragraph, compose
from moderation.mail.smtp import send
from service.cli.installation import open_installation
from service.cli.output import Result, prints_result


class NotSent(ModerationError):
    """Raised when the mail server did not take the test mail."""


@click.group()
def mail() -> None:
    """Try the mail server."""


@mail.command("test")
@click.argument("address")
@prints_result
def send_test(address: str) -> Result:
    """Send a test mail to ADDRESS and say what the mail server answered."""
    recipient = checked_email(address)
    with open_installation() as installation:
        settings, at = installation.settings, installation.at
    if settings.smtp is None or settings.mail_from is None:
        raise BadSetting("No mail is sent: set REJOINDER_SMTP_URL and REJOINDER_MAIL_FROM first; see docs/mail.md.")
    letter = Letter("Test mail of Rejoinder", [Paragraph(f"This is a test mail of {settings.public_url}. It works.")])
    outcome = send(settings.smtp, compose(letter, settings.mail_from, recipient, id=new_id("evt", at=at), at=at))
    if outcome.problem:
        raise NotSent(f"{outcome.problem} {_quoted(outcome.said)}".rstrip())
    text = f"{settings.smtp.host} took the mail over in {outcome.latency_ms} ms. Look whether it arrives."
    return Result({"host": settings.smtp.host, "latency_ms": outcome.latency_ms}, text)


def _quoted(said: str) -> str:
    return f"It said: {' '.join(said.split())}" if said else ""
