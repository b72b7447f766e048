"""A site that listens: prints each verified event once. WEBHOOK_SECRET=whsec_… python receiver.py [port]"""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

webhook = Webhook(os.environ["WEBHOOK_SECRET"])
seen: set[str] = set()  # a real site keeps this in its database: an event may come twice, with the same id


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        raw = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), 65_536))
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            event = webhook.verify(raw, headers)
        except WebhookVerificationError:
            return self.answer(400)
        if headers["webhook-id"] not in seen:
            seen.add(headers["webhook-id"])
            print(event["type"], json.dumps(event["data"]), flush=True)
        return self.answer(204)

    def answer(self, status: int) -> None:
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing but the events."""


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8080
    with ThreadingHTTPServer(("127.0.0.1", port), Receiver) as server:
        print(f"listening on http://127.0.0.1:{server.server_port}/", flush=True)
        server.serve_forever()
