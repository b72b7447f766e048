"""Our own export, JSON lines of version 1: see docs/export.md. `moderation/exports/json_lines.py` writes it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from math import isfinite
from typing import Any

from moderation.actions import action_named
from moderation.comment import Email, Status
from moderation.decided_by import DecidedBy
from moderation.decision import Decision
from moderation.edits import Edit
from moderation.exports.json_lines import FORMAT, VERSION
from moderation.imports.dates import utc_of
from moderation.imports.items import (
    ImportedComment,
    ImportedPage,
    Item,
    OwnFields,
    RefusedRow,
    SourcePage,
    UnreadableFile,
)
from moderation.imports.json_stream import lines_of
from moderation.imports.source_file import SourceFile
from moderation.messages import message_from
from moderation.reasons import reason_named
from moderation.score import Evidence, Score

_ID = re.compile(r"cmt_[0-9a-f]{32}")
_DECISION = re.compile(r"dec_[0-9a-f]{32}")


def read(file: SourceFile) -> Iterator[Item]:
    """Every page and comment of the file. Raises UnreadableFile, also when the file has no end."""
    with file.opened() as stream:
        lines = lines_of(stream)
        _check_header(next(lines, (1, None)))
        number = 1
        for number, value in lines:
            place = f"line {number}"
            if isinstance(value, dict) and value.get("type") == "end":
                return
            yield _item(value, place)
        raise UnreadableFile(f"line {number}", 'The file ends here without its last line, {"type": "end"}.')


def _check_header(line: tuple[int, Any]) -> None:
    number, header = line
    place = f"line {number}"
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise UnreadableFile(place, f'This is no export of Rejoinder: it should be {{"format": "{FORMAT}", …}}.')
    version = header.get("version")
    if not isinstance(version, int) or version < 1:
        raise UnreadableFile(place, "The version of the format is missing.")
    if version > VERSION:
        known = f"this version of Rejoinder knows up to {VERSION}"
        raise UnreadableFile(place, f"The file has version {version} of the format; {known}. Upgrade first.")


def _item(value: Any, place: str) -> Item:
    kind = value.get("type") if isinstance(value, dict) else ""
    try:
        if kind == "thread":
            return ImportedPage(_page(value), place)
        if kind == "comment":
            return _comment(value, place)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        pass
    id = value.get("id") if isinstance(value, dict) else ""
    return RefusedRow(id if isinstance(id, str) else "", place, "not_readable")


def _page(value: Mapping[str, Any]) -> SourcePage:
    key, url, title = (_text(value, name) for name in ("key", "url", "title"))
    closed_at = _moment(value.get("closed_at"))
    old_keys = tuple(each for each in value.get("old_keys") or () if isinstance(each, str) and each)
    is_closed, kept_open = closed_at is not None, value.get("kept_open") is True
    return SourcePage(
        url=url,
        key=key,
        title=title,
        is_closed=is_closed,
        closed_at=closed_at,
        kept_open=kept_open,
        created_at=_moment(value.get("created_at")),
        old_keys=old_keys,
    )


def _comment(value: Mapping[str, Any], place: str) -> ImportedComment:
    id, at = _text(value, "id"), _moment(value["received_at"])
    if not _ID.fullmatch(id) or at is None:
        raise ValueError("id")
    email, reason, revision = _text(value, "email"), _text(value, "reason"), _whole(value.get("revision", 0))
    body, name, website = (_text(value, field) for field in ("body", "name", "website"))
    return ImportedComment(
        id=id,
        place=place,
        page=_page(value["thread"]),
        parent=_text(value, "parent"),
        name=name,
        email=Email(email) if email else None,
        website=website,
        body=body,
        at=at,
        status=Status(value["status"]),
        reason=reason_named(reason) if reason else None,
        address=_text(value, "network"),
        own=OwnFields(
            revision=revision,
            signals=frozenset(map(str, value.get("signals", ()))),
            decided_at=_moment(value.get("decided_at")),
            scored_at=_moment(value.get("scored_at")),
            attempts=_whole(value.get("attempts", 0)),
            near_copies=_whole(value.get("near_copies", 0)),
            spam=_chance(value.get("spam")),
            abuse=_chance(value.get("abuse")),
            score=_score(value["score"], {"name": name, "website": website, "body": body})
            if value.get("score")
            else None,
            edited_at=_moment(value.get("edited_at")),
            public_body=_text(value, "public_body") if value.get("public_body") is not None else None,
            edits=[_edit(each, id, revision) for each in value.get("edits", ())],
            decisions=_in_order([_decision(each, id) for each in value.get("decisions", ())], revision),
        ),
    )


def _decision(value: Mapping[str, Any], comment_id: str) -> Decision:
    at = _moment(value["at"])
    if at is None or not _DECISION.fullmatch(value["id"]):
        raise ValueError("decision")
    return Decision(
        id=value["id"],
        comment_id=comment_id,
        site_id="",
        action=action_named(_text(value, "action")),
        reason=reason_named(_text(value, "reason")),
        by=DecidedBy(_text(value["by"], "id"), _text(value["by"], "name")),
        at=at,
        revision=_whole(value["revision"]),
        status_before=Status(value["status_before"]),
        status_after=Status(value["status_after"]),
        detail=message_from(value.get("detail") or {}),
        note=_text(value, "note"),
        undoes=_text(value, "undoes"),
    )


def _edit(value: Mapping[str, Any], comment_id: str, last: int) -> Edit:
    at, revision = _moment(value["at"]), _whole(value["revision"])
    if at is None or not 1 <= revision <= last:
        raise ValueError("edit")
    return Edit(comment_id, revision, _text(value, "body"), at)


def _score(value: Mapping[str, Any], said: Mapping[str, str]) -> Score:
    return Score(
        spam=_chance(value["spam"]) or 0.0,
        abuse=_chance(value["abuse"]) or 0.0,
        labels={str(label): _chance(chance) or 0.0 for label, chance in value["labels"].items()},
        language=_text(value, "language"),
        confidence=_chance(value["confidence"]) or 0.0,
        evidence=tuple(_evidence(each, said) for each in value["evidence"]),
        model=_text(value, "model"),
    )


def _evidence(value: Mapping[str, Any], said: Mapping[str, str]) -> Evidence:
    start, end = _whole(value["start"]), _whole(value["end"])
    code, params = _text(value, "code"), value.get("params") or {}
    head, field = _text(value, "head"), _text(value, "field")
    weight, learned = float(value["weight"]), float(value.get("learned") or 0.0)
    if (
        not (isfinite(weight) and isfinite(learned))
        or " " in head + field + code
        or not head
        or not field
        or not isinstance(params, dict)
    ):
        raise ValueError("evidence")
    text = "" if code else said.get(field, "")[start:end]
    return Evidence(head, field, start, end, text, weight, code, params, learned)


def _moment(value: Any) -> datetime | None:
    if value is None:
        return None
    at = utc_of(value)
    if at is None:
        raise ValueError("date")
    return at


def _text(value: Mapping[str, Any], name: str) -> str:
    text = value.get(name)
    if text is not None and not isinstance(text, str):
        raise TypeError(name)
    return text or ""


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 31:
        raise ValueError("number")
    return value


def _chance(value: Any) -> float | None:
    """A probability."""
    if value is None:
        return None
    if not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError("probability")
    return float(value)


def _in_order(decisions: Sequence[Decision], revision: int) -> tuple[Decision, ...]:
    """Each decision once, and each made the next revision."""
    revisions = [each.revision for each in decisions]
    if len({each.id for each in decisions}) < len(decisions) or revisions != sorted(set(revisions)):
        raise ValueError("decisions")
    if revisions and not 1 <= revisions[0] <= revisions[-1] <= revision:
        raise ValueError("revision")
    return tuple(decisions)
