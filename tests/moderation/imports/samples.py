"""A small file of each kind, to be damaged."""

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.moderation.imports.wxr import a_comment, a_file, an_item

_AT = '"2020-05-01T12:00:00Z"'
_OWN = (
    '{"format": "rejoinder", "version": 1, "site": {"id": "demo"}}\n'
    '{"type": "thread", "key": "/a", "url": "", "title": "A", "closed_at": null}\n'
    '{"type": "comment", "id": "cmt_%032x", "thread": {"key": "/a"}, "parent": null, "name": "Ada",'
    ' "body": "Good bread", "status": "approved", "reason": "clean", "received_at": ' + _AT + ','
    ' "decided_at": ' + _AT + ', "revision": 1,'
    ' "signals": ["late"], "spam": 0.1, "abuse": 0.2, "score": {"spam": 0.1, "abuse": 0.2, "labels": {"insult": 0.1},'
    ' "language": "en", "confidence": 1.0, "model": "m", "evidence": [{"head": "spam", "field": "body", "start": 0,'
    ' "end": 4, "weight": 1.5}]}, "decisions": [{"id": "dec_%032x", "action": "approve", "reason": "clean",'
    ' "by": {"id": "policy", "name": "policy"}, "at": ' + _AT + ', "revision": 1,'
    ' "status_before": "pending", "status_after": "approved",'
    ' "detail": {"code": "policy.all_approve", "params": {}}, "note": "", "undoes": null}]}\n'
    '{"type": "end", "comments": 1}\n'
) % (7, 8)  # fmt: skip

_TEXTS = {
    "rejoinder": _OWN,
    "disqus": (
        '<?xml version="1.0"?>\n<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">\n'
        '<thread dsq:id="1"><id/><link>https://blog.example/a</link><title>A &amp; B</title></thread>\n'
        '<post dsq:id="2"><message><![CDATA[<p>Good <b>bread</b></p>]]></message>'
        '<createdAt>2020-05-01T12:00:00Z</createdAt><isDeleted>false</isDeleted><isSpam>false</isSpam><author><name>Ada</name></author>'
        '<thread dsq:id="1"/></post>\n</disqus>\n'
    ),
    "remark42": (
        '{"version":1,"users":[],"posts":[]}\n{"id":"a","pid":"","text":"<p>Good bread</p>","orig":"Good bread",'
        '"user":{"name":"Ada","id":"x"},"locator":{"site":"demo","url":"https://blog.example/a"},'
        '"time":' + _AT + "}\n"
    ),
    "comentario": (
        '{"version": 1, "comments": [{"commentHex": "a", "domain": "blog.example", "url": "/a", "commenterHex": "b",'
        ' "markdown": "Good bread", "parentHex": "root", "state": "approved", "creationDate": ' + _AT + "}],"
        ' "commenters": [{"commenterHex": "b", "name": "Ada", "email": "ada@example.org"}]}'
    ),
    "artalk": (
        '[{"id": "1", "rid": "0", "content": "Good bread", "nick": "Ada", "email": "ada@example.org",'
        ' "created_at": "2020-05-01 20:00:00 +0800", "page_key": "/a", "is_pending": "false"}]'
    ),
    "waline": (
        '{"type": "waline", "version": 1, "data": {"Comment": [{"objectId": 1, "comment": "Good bread",'
        ' "nick": "Ada", "insertedAt": ' + _AT + ', "status": "approved", "url": "/a"}], "Users": []}}'
    ),
    "cusdis": (
        "id,created_at,by_nickname,content,approved,parentId,slug\r\n"
        "1,2020-05-01 12:00:00,Ada,\"Good, bread\",true,,/a\r\n"
    ),
}  # fmt: skip


def a_sample(kind: str, folder: Path, *, packed: bool = False) -> Path:
    """A file of this kind with one comment, "Good bread" or nearly so."""
    path = folder / "sample"
    if kind == "wordpress":
        path = a_file(folder, an_item(a_comment("1", "Good <b>bread</b>")))
    elif kind == "isso":
        _write_isso(path)
    else:
        path.write_text(_TEXTS[kind], "utf-8")
    if packed:
        path.write_bytes(gzip.compress(path.read_bytes()))
    return path


def _write_isso(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "CREATE TABLE threads (id INTEGER PRIMARY KEY, uri VARCHAR(256), title VARCHAR(256));"
            "CREATE TABLE comments (tid, id INTEGER PRIMARY KEY, parent, created FLOAT, mode, text, author, email);"
            "INSERT INTO threads VALUES (1, '/a', 'A');"
            "INSERT INTO comments VALUES (1, 1, NULL, 1588334400.0, 1, 'Good bread', 'Ada', 'ada@example.org');"
        )
