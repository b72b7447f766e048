"""An address is one that a mail server takes, and cannot hold a second one."""

import pytest

from moderation.errors import Invalid
from moderation.mail.addresses import checked_email, masked, parsed_mailbox


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("ada@example.org", "ada@example.org"),
        ("  Ada.L+tag@Example.ORG ", "Ada.L+tag@example.org"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("root@localhost", "root@localhost"),
    ],
)
def test_an_address_is_kept_as_servers_write_it(given, kept):
    assert checked_email(given).reveal() == kept


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "ada",
        "@blog.example",
        "eve@",
        "a b@example.org",
        "eve@example.org, ada@example.org",
        "eve@example.org\r\nBcc: eve@example.org",
        "<eve@example.org>",
        "ädä@example.org",
        "eve@exam ple.org",
        "ada..l@example.org",
        "a" * 65 + "@example.org",
        "eve@" + "a" * 64 + ".example",
        "eve@" + ".".join(["abcdefgh"] * 40),
        "eve@example.org> SIZE=1",
    ],
)
def test_what_is_no_address_is_refused_without_being_repeated(wrong):
    with pytest.raises(Invalid, match=r"^email: This is not an email address") as problem:
        checked_email(wrong)

    assert len(wrong) < 4 or wrong not in str(problem.value)


def test_a_sender_has_a_name_or_none():
    assert parsed_mailbox("The blog <c@blog.example>").name == "The blog"
    assert str(parsed_mailbox('"Bread, etc." <c@blog.example>').header()) == '"Bread, etc." <c@blog.example>'
    assert str(parsed_mailbox("c@blog.example").header()) == "c@blog.example"


@pytest.mark.parametrize("wrong", ["The blog", "A <c@blog.example>\r\nBcc: x@example.org", "<>", "A <b> <c>"])
def test_a_sender_that_is_none_is_refused(wrong):
    with pytest.raises(Invalid):
        parsed_mailbox(wrong)


def test_an_owner_sees_the_first_letter_and_the_domain():
    assert masked(checked_email("mina@example.org")) == "m…@example.org"
