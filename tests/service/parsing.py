"""What a real parser finds in what the service wrote."""

import re
from html.parser import HTMLParser


def one_line(text):
    """The name that somebody could give who wants this text in a page: a name is one line without controls."""
    return re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]", " ", text)


class Elements(HTMLParser):
    """The elements of a piece of HTML with their attributes, and its text."""

    def __init__(self, source):
        super().__init__()
        self.tags, self.attributes, self.comments, self.text = [], [], [], ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.text += " " if tag in {"br", "p"} else ""
        self.attributes += attrs

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        self.comments.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment

    def links(self):
        return [value for name, value in self.attributes if name in {"href", "src"}]


def words(text):
    """The text without what no format carries: control characters, and marks that turn the direction of writing."""
    return " ".join(re.sub("[\x00-\x08\x0e-\x1f\x7f\ufffd\ufffe\u202a-\u202e\u2066-\u2069]", " ", text).split())
