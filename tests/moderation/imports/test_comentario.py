"""What Commento and Comentario export."""

from datetime import timedelta

import pytest

from moderation.imports.items import UnreadableFile
from tests.moderation.imports.importing import LATER, imported, items_of, named
from tests.moderation.imports.json_files import AT, whole

ANN = {"commenterHex": "aa11", "email": "ann@example.org", "name": "Ann", "link": "undefined", "isModerator": False}


def a_commento(hex="c1", **changes):
    return {
        "commentHex": hex,
        "domain": "blog.example",
        "url": "/a-page/",
        "commenterHex": "aa11",
        "markdown": "Good **bread**",
        "html": "<p>Good <strong>bread</strong></p>",
        "parentHex": "root",
        "state": "approved",
        "creationDate": "2020-05-01T12:00:00.5Z",
        "deleted": False,
    } | changes


@pytest.mark.parametrize("packed", [True, False])
def test_a_comment_arrives_with_its_author(sqlite_store, tmp_path, packed):
    value = {"version": 1, "comments": [a_commento()], "commenters": [ANN]}

    found = imported(sqlite_store, "comentario", whole(tmp_path, value, packed=packed))

    [comment] = found.comments
    assert (comment.name, comment.website, comment.body) == ("Ann", "", "Good **bread**")
    assert comment.received_at == AT + timedelta(seconds=0.5)
    assert (comment.thread.key, comment.thread.url) == ("/a-page/", "https://blog.example/a-page/")
    assert found.emails == ["ann@example.org"]
    found.assert_balanced()


def test_states_parents_and_nobody(sqlite_store, tmp_path):
    comments = [
        a_commento("1", markdown="Top", parentHex=None),
        a_commento("2", markdown="Held", state="unapproved", commenterHex="anonymous"),
        a_commento("3", markdown="Flagged", state="flagged", commenterHex="unknown"),
        a_commento("4", markdown="[deleted]", parentHex="1"),
        a_commento("5", markdown="", html="<p>From HTML</p>", parentHex="4", url="/a-page"),
        a_commento("6", deleted=True),
    ]
    path = whole(tmp_path, {"commenters": [ANN], "comments": comments, "version": 1})

    found = imported(sqlite_store, "comentario", path)

    assert {each.body: each.status.value for each in found.comments} == {
        "Top": "approved",
        "Held": "pending",
        "Flagged": "pending",
        "From HTML": "approved",
    }
    assert found.tree["From HTML"] == "Top"
    assert named(found.comments)["Held"].name == "Anonymous"
    assert {each.thread.key for each in found.comments} == {"/a-page/"}


def test_version_3_has_pages_and_uuids(sqlite_store, tmp_path):
    nobody = "00000000-0000-0000-0000-000000000000"
    value = {
        "version": 3,
        "pages": [{"id": "p1", "path": "/a-page/", "title": "A page", "isReadonly": True}],
        "comments": [
            {
                "id": "c1",
                "pageId": "p1",
                "userCreated": "u1",
                "markdown": "Top",
                "isApproved": True,
                "createdTime": "2020-05-01T14:00:00+02:00",
            },
            {
                "id": "c2",
                "parentId": "c1",
                "pageId": "p1",
                "userCreated": nobody,
                "authorName": "Guest",
                "markdown": "Re",
                "isPending": True,
                "isApproved": False,
                "createdTime": "2020-05-01T12:00:01Z",
            },
            {
                "id": "c3",
                "pageId": "p1",
                "userCreated": "u1",
                "markdown": "No",
                "isPending": False,
                "isApproved": False,
                "createdTime": "2020-05-01T12:00:02Z",
            },
            {"id": "c4", "pageId": "p9", "userCreated": "u1", "markdown": "Lost", "isApproved": True},
            {"id": "c5", "pageId": "p1", "isDeleted": True, "markdown": ""},
        ],
        "commenters": [
            {"id": "u1", "email": "ann@example.org", "name": "Ann", "websiteUrl": "https://ann.example.org"}
        ],
    }

    found = imported(sqlite_store, "comentario", whole(tmp_path, value), with_rejected=True)

    assert [(each.body, each.name, each.status.value) for each in found.comments] == [
        ("Top", "Ann", "approved"),
        ("Re", "Guest", "pending"),
        ("No", "Ann", "rejected"),
    ]
    assert found.comments[0].received_at == AT
    assert found.comments[0].thread.closed_at == LATER
    assert found.tree["Re"] == "Top"
    assert found.codes("c4") == ["page_missing"]


@pytest.mark.parametrize(
    "value", [{"version": 2, "comments": []}, {"comments": []}, [], 7, {"version": 1, "comments": 3}]
)
def test_another_file_is_refused_or_empty(tmp_path, value):
    path = whole(tmp_path, value)

    if value == {"version": 1, "comments": 3}:
        assert [item.reason for item in items_of("comentario", path)] == ["not_readable"]
    else:
        with pytest.raises(UnreadableFile, match="no export of Commento"):
            items_of("comentario", path)
