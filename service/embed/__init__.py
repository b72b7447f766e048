"""The author's face: the form and the thread, with and without JavaScript. Nothing of a moderator enters here."""

from service.embed import figures, home, mail_pages, my_data, preview
from service.embed.views import bp

__all__ = ["bp", "figures", "home", "mail_pages", "my_data", "preview"]
