"""Share compiled URL rules and templates between the apps of a test run.

Each test of the service has an app of its own. Compiling its sixty URL rules and the templates that it renders took
half of the processor time of those tests.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from pytest import MonkeyPatch
from werkzeug.routing import Rule

_COMPILED = ("_parts", "_trace", "_converters", "arguments", "_build", "_build_unknown")
"""What `Rule.compile` sets. It depends on the text of the rule, its defaults and the app's converters."""

_rules: dict[tuple[str, str], dict[str, Any]] = {}


class _SharedRule(Rule):
    def compile(self) -> None:
        key = (self.rule, repr(self.defaults))
        if key not in _rules:
            super().compile()
            _rules[key] = {name: getattr(self, name) for name in _COMPILED}
        vars(self).update(_rules[key])


class _InMemory(BytecodeCache):
    def __init__(self) -> None:
        self._templates: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._templates.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._templates[bucket.key, bucket.checksum] = bucket.code


@contextmanager
def compiled_once() -> Iterator[None]:
    """Share compiled rules and templates between all apps made in this context."""
    with MonkeyPatch.context() as patch:
        patch.setattr(Flask, "url_rule_class", _SharedRule)
        patch.setitem(Flask.jinja_options, "bytecode_cache", _InMemory())
        yield
