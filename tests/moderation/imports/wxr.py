"""Writes WXR as WordPress does, and as it should not."""

from pathlib import Path

HEAD = (
    '<?xml version="1.0" encoding="UTF-8" ?>\n'
    '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"\n'
    ' xmlns:wp="http://wordpress.org/export/{version}/">\n<channel>\n'
    "<title>A demo blog</title><link>https://blog.example</link><wp:wxr_version>{version}</wp:wxr_version>\n"
)
FOOT = "</channel>\n</rss>\n"


def a_comment(id: str = "1", body: str = "A kind word.", **fields: str) -> str:
    """A comment of the file. fields: by the names of WXR without "comment_"."""
    values = {
        "id": id,
        "author": "Ada",
        "author_email": "ada@example.org",
        "author_url": "https://ada.example.org/",
        "author_IP": "192.0.2.7",
        "date": "2020-05-01 14:00:00",
        "date_gmt": "2020-05-01 12:00:00",
        "content": body,
        "approved": "1",
        "type": "comment",
        "parent": "0",
        "user_id": "0",
    } | fields
    return (
        "<wp:comment>\n"
        + "\n".join(
            f"<wp:comment_{name}>{_written(name, value)}</wp:comment_{name}>" for name, value in values.items()
        )
        + "\n<wp:commentmeta><wp:meta_key>akismet_result</wp:meta_key></wp:commentmeta></wp:comment>\n"
    )


def an_item(*comments: str, link: str = "https://blog.example/a-page/", title: str = "A page", **fields: str) -> str:
    """A post with its comments. fields: by the names of WXR."""
    values = {"post_id": "12", "comment_status": "open", "status": "publish", "post_password": ""} | fields
    written = "".join(f"<wp:{name}><![CDATA[{value}]]></wp:{name}>\n" for name, value in values.items())
    return (
        f"<item>\n<title><![CDATA[{title}]]></title>\n<link>{link}</link>\n"
        f"<content:encoded><![CDATA[<p>A long post.</p>]]></content:encoded>\n{written}{''.join(comments)}</item>\n"
    )


def a_file(folder: Path, *items: str, version: str = "1.2", encoding: str = "utf-8") -> Path:
    """The file, named after nothing in it."""
    path = folder / "export.xml"
    path.write_bytes((HEAD.format(version=version) + "".join(items) + FOOT).encode(encoding))
    return path


def _written(name: str, value: str) -> str:
    return f"<![CDATA[{value}]]>" if name in {"author", "content"} else value
