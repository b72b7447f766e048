"""The ASGI app of a web process: `service.app` behind the bridge. Imported by the server in each of its processes."""

import os

from moderation.config.settings import Settings
from moderation.process import logs
from moderation.process.parent_death import die_with_parent
from service.app import create_app
from service.server.connections import MAX_PER_NETWORK, BoundedProtocol
from service.server.wsgi_bridge import WsgiBridge

die_with_parent(os.getppid())
settings = Settings.from_env(os.environ)
logs.configure(settings.log_level)
BoundedProtocol.per_network = -(-MAX_PER_NETWORK // settings.web_processes)  # a network's share is of all processes
app = WsgiBridge(create_app(settings), threads=settings.web_threads, max_body_bytes=settings.max_body_bytes)
