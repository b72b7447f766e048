"""The app for a production server: `granian --interface wsgi service.wsgi:app`."""

import os

from moderation.config.settings import Settings
from moderation.process import logs
from service.app import create_app

settings = Settings.from_env(os.environ)
logs.configure(settings.log_level)
app = create_app(settings)
