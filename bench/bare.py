"""The bare server for comparison: Flask, marshmallow and one INSERT, nothing else.

Run by `bench.service` under granian with two processes, the fastest arrangement.
"""

import os
import sqlite3
import threading
import uuid
from typing import Any

from flask import Flask, request
from marshmallow import Schema, fields, validate


class ThreadSchema(Schema):
    """The page."""

    key = fields.Str(required=True, validate=validate.Length(1, 500))
    url = fields.Str(load_default="")
    title = fields.Str(load_default="")


class CommentSchema(Schema):
    """The form."""

    name = fields.Str(required=True, validate=validate.Length(1, 245))
    email = fields.Email(required=True)
    website = fields.Url(load_default="")
    body = fields.Str(required=True, validate=validate.Length(1, 65_525))
    thread = fields.Nested(ThreadSchema, required=True)


app = Flask(__name__)
schema = CommentSchema()
held = threading.local()

_INSERT = "INSERT INTO comments VALUES (?, ?, ?, ?, ?, ?)"
_TABLE = "CREATE TABLE IF NOT EXISTS comments (id TEXT PRIMARY KEY, name, email, website, body, thread)"


def connection() -> sqlite3.Connection:
    """One connection for each thread, in WAL mode."""
    if not hasattr(held, "connection"):
        held.connection = sqlite3.connect(os.environ["BARE_DATABASE"], timeout=15)
        held.connection.execute("PRAGMA journal_mode=WAL")
        held.connection.execute(f"PRAGMA synchronous={os.environ['BARE_SYNCHRONOUS']}")
        held.connection.execute(_TABLE)
    return held.connection


@app.post("/v1/sites/demo/comments")
def comments() -> Any:
    """Store one comment."""
    comment = schema.load(request.get_json())
    comment_id = uuid.uuid4().hex
    with connection() as transaction:
        row = (
            comment_id,
            comment["name"],
            comment["email"],
            comment["website"],
            comment["body"],
            comment["thread"]["key"],
        )
        transaction.execute(_INSERT, row)
    return {"id": comment_id, "status": "pending"}, 202


@app.get("/health")
def health() -> Any:
    """Alive."""
    return {"status": "ok"}
