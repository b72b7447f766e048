"""The formats of an export, by the names that people give. To add one: a file in this folder and a row here."""

from collections.abc import Callable, Iterator

from moderation.exports.contents import Contents
from moderation.exports.disqus import disqus
from moderation.exports.json_lines import json_lines
from moderation.exports.wxr import wxr

FORMATS: dict[str, Callable[[Contents], Iterator[str]]] = {"jsonl": json_lines, "wxr": wxr, "disqus": disqus}
"""Each writes the parts of a file."""

SUFFIXES = {"jsonl": "jsonl", "wxr": "xml", "disqus": "xml"}
