"""The author's face: the form and the thread, with and without JavaScript. Nothing of a moderator enters here."""

from service.embed import mail_pages, my_data
from service.embed.views import bp

__all__ = ["bp", "mail_pages", "my_data"]
