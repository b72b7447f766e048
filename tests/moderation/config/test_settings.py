"""What the environment may say, and what is said when it is wrong."""

import ipaddress
import os
import stat
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy.engine import make_url

from moderation.config.settings import Settings
from moderation.dispatch import connect
from moderation.errors import BadSetting

LONG = "forty characters that nobody could guess"


def settings(home: Path, **variables: str) -> Settings:
    return Settings.from_env({"REJOINDER_HOME": str(home), **variables})


def test_nothing_has_to_be_set(tmp_path):
    found = settings(tmp_path / "home")

    assert found.database_url == f"sqlite:///{tmp_path}/home/rejoinder.db"
    assert found.redis_url == f"unix://{tmp_path}/home/valkey.sock"
    assert found.public_url == "http://localhost:8080"
    assert (found.embeds_valkey, found.is_sqlite, found.web_processes) == (True, True, 1)


def test_the_home_is_for_its_owner_only(tmp_path):
    found = settings(tmp_path / "deep" / "home")

    assert stat.S_IMODE(found.home.stat().st_mode) == 0o700


def test_a_secret_that_nobody_set_is_not_made_by_looking_for_it(tmp_path):
    with pytest.raises(BadSetting, match=f"There is no secret at '{tmp_path}/secret' yet. Run `rejoinder up`"):
        _ = settings(tmp_path).secret

    assert list(tmp_path.iterdir()) == []


def test_a_secret_can_come_from_a_file(tmp_path):
    path = tmp_path / "given"
    path.write_text(f"{LONG}\n")

    found = settings(tmp_path / "home", REJOINDER_SECRET_FILE=str(path))

    assert found.secret == LONG.encode()


def test_database_and_redis_can_come_from_files_too(tmp_path):
    (tmp_path / "database").write_text("postgresql://me:pw@db.example/comments")
    (tmp_path / "redis").write_text("redis://:pw@redis.example:6379/0")

    found = settings(
        tmp_path,
        REJOINDER_DATABASE_URL_FILE=str(tmp_path / "database"),
        REJOINDER_REDIS_URL_FILE=str(tmp_path / "redis"),
    )

    assert found.database_url == "postgresql://me:pw@db.example/comments"
    assert found.redis_url == "redis://:pw@redis.example:6379/0"
    assert not found.embeds_valkey


def test_localhost_is_the_address_that_it_stands_for(tmp_path):
    assert settings(tmp_path, REJOINDER_HOST="localhost").host == "127.0.0.1"


def test_a_value_and_a_file_at_once_are_refused(tmp_path):
    with pytest.raises(BadSetting, match="REJOINDER_SECRET and REJOINDER_SECRET_FILE are both set"):
        settings(tmp_path, REJOINDER_SECRET=LONG, REJOINDER_SECRET_FILE="/run/secret")


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff\xfe"])
def test_a_file_that_holds_no_text_is_named(tmp_path, content):
    path = tmp_path / "given"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(BadSetting, match=f"REJOINDER_SECRET_FILE cannot be '{path}'"):
        settings(tmp_path, REJOINDER_SECRET_FILE=str(path))


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("REJOINDER_PORT", "http", "a whole number from 1 to 65535"),
        ("REJOINDER_PORT", "0", "a whole number from 1 to 65535"),
        ("REJOINDER_PORT", "65536", "a whole number from 1 to 65535"),
        ("REJOINDER_HOST", "my machine", "an address of this machine"),
        ("REJOINDER_PUBLIC_URL", "comments.example", "https://host"),
        ("REJOINDER_PUBLIC_URL", "https://blog.example/v1", "not begin like"),
        ("REJOINDER_PUBLIC_URL", "https://blog.example/dashboard/x", "not begin like"),
        ("REJOINDER_PUBLIC_URL", "https://blog.example/a/../b", "letters, digits"),
        ("REJOINDER_PUBLIC_URL", "https://blog.example//b", "letters, digits"),
        ("REJOINDER_PUBLIC_URL", "https://blog.example/kommentare-für", "letters, digits"),
        ("REJOINDER_PUBLIC_URL", "https://blog.example/comments?x=1", "https://host/path"),
        ("REJOINDER_PUBLIC_URL", "https://me@blog.example", "https://host/path"),
        ("REJOINDER_PUBLIC_URL", "https://blog.example:99999", "https://host/path"),
        ("REJOINDER_LIMIT_NETWORK", "20/0minute", "a limit like 20/minute"),
        ("REJOINDER_PUBLIC_URL", "https://blog\n.example", "https://host/path"),
        ("REJOINDER_PUBLIC_URL", "https://my blog.example", "https://host/path"),
        ("REJOINDER_PUBLIC_URL", 'https://blog.example">', "https://host/path"),
        ("REJOINDER_SWEEP_S", "nan", "seconds, a number from 0.1 to 3600"),
        ("REJOINDER_LEASE_S", "1e9", "seconds, a number from 1 to 3600"),
        ("REJOINDER_LIMIT_SITE", "many", "a limit like 20/minute"),
        ("REJOINDER_LIMIT_SITE", "20/fortnight", "a limit like 20/minute"),
        ("REJOINDER_LIMIT_SITE", "20/minute;", "a limit like 20/minute"),
        ("REJOINDER_OUTGOING_ALLOW", "10.0.0.1/8", "networks like"),
        ("REJOINDER_OUTGOING_ALLOW", "everything", "networks like"),
        ("REJOINDER_MODEL", "/no/such/folder", "a folder that holds a trained model"),
        ("REJOINDER_MODEL", "/", "a folder that holds a trained model"),
        ("REJOINDER_ENCODER", "on", "auto or off"),
        ("REJOINDER_LOG_LEVEL", "loud", "debug, info, warning or error"),
        ("REJOINDER_MAX_BODY_BYTES", "64K", "a whole number from 1024"),
        ("REJOINDER_HOME", "/tmp/\udcff", "in UTF-8"),
        ("REJOINDER_HOME", "~nobody-of-this-name/home", "the path of a folder"),
    ],
)
def test_a_wrong_value_is_told_with_its_name_and_what_was_expected(tmp_path, variable, value, expected):
    with pytest.raises(BadSetting) as error:
        settings(tmp_path, **{variable: value})

    assert f"{variable} cannot be {value!r}: expected" in str(error.value)
    assert expected in str(error.value)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("REJOINDER_SECRET", "hunter2"),
        ("REJOINDER_DATABASE_URL", "mysql://me:hunter2@db.example/comments"),
        ("REJOINDER_DATABASE_URL", "postgresql://me:hunter2@db.example"),
        ("REJOINDER_REDIS_URL", "memcached://:hunter2@redis.example"),
        ("REJOINDER_REDIS_URL", "redis://:hunter2@redis.example/first"),
        ("REJOINDER_REDIS_URL", "redis://:hunter2@redis.example/0?socket_timeout=long"),
        ("REJOINDER_REDIS_URL", "redis://:hunter2@redis.example/0?no_such_option=1"),
        ("REJOINDER_REDIS_URL", "redis://:hunter2@redis.example/0?protocol=9"),
        ("REJOINDER_REDIS_URL", "redis://:hunter2@redis.example/0?retry_on_error=x"),
        ("REJOINDER_REDIS_URL", "redis://:hunter2@redis.example/0?maint_notifications_config=1"),
        ("REJOINDER_REDIS_URL", "redis://:hunter2@redis.example/0?decode_responses=true"),
        ("REJOINDER_REDIS_URL", "unix:///run/valkey.sock?password=hunter2&db=first"),
    ],
)
def test_a_wrong_secret_is_refused_without_being_shown(tmp_path, variable, value):
    with pytest.raises(BadSetting, match=f"{variable} cannot be") as error:
        settings(tmp_path, **{variable: value})

    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:///"])
def test_a_database_that_only_one_process_could_see_is_refused(tmp_path, url):
    with pytest.raises(BadSetting, match="REJOINDER_DATABASE_URL"):
        settings(tmp_path, REJOINDER_DATABASE_URL=url)


def test_an_unknown_variable_is_doubted_with_the_nearest_name_and_stops_nothing(tmp_path):
    [doubt] = settings(tmp_path, REJOINDER_PROT="8081").doubts

    assert doubt.startswith("REJOINDER_PROT is not a setting")
    assert "Did you mean REJOINDER_PORT?" in doubt


def test_a_file_for_what_is_no_secret_is_doubted(tmp_path):
    [doubt] = settings(tmp_path, REJOINDER_PORT_FILE="/run/port").doubts

    assert doubt.startswith("REJOINDER_PORT_FILE is not a setting")


def test_an_empty_value_counts_as_not_set(tmp_path):
    assert settings(tmp_path, REJOINDER_PORT="", REJOINDER_SECRET_FILE=" ").port == 8080


def test_several_writing_processes_are_refused_on_sqlite_and_welcome_on_postgresql(tmp_path):
    with pytest.raises(
        BadSetting, match="REJOINDER_WEB_PROCESSES cannot be '3' with SQLite: expected 1, or PostgreSQL"
    ):
        settings(tmp_path, REJOINDER_WEB_PROCESSES="3")

    url = "postgresql://db.example/comments"
    assert settings(tmp_path, REJOINDER_WEB_PROCESSES="3", REJOINDER_DATABASE_URL=url).web_processes == 3


@pytest.mark.parametrize("path", ["/comments", "/a/b-c_d.e~f", "/v2"])
@pytest.mark.parametrize("end", ["", "/"])
def test_the_public_url_may_have_a_path(tmp_path, path, end):
    found = settings(tmp_path, REJOINDER_PUBLIC_URL=f"https://Blog.Example:443{path}{end}")

    assert found.public_url == f"https://blog.example{path}"
    assert (found.public_origin, found.public_path) == ("https://blog.example", path)


def test_the_public_url_is_kept_as_browsers_write_an_origin(tmp_path):
    for error in ("HTTPS://Comments.Example", "https://comments.example:443/", "https://comments.example"):
        assert settings(tmp_path, REJOINDER_PUBLIC_URL=error).public_url == "https://comments.example"


def test_networks_are_read_one_by_one(tmp_path):
    found = settings(tmp_path, REJOINDER_OUTGOING_ALLOW="127.0.0.0/8, fd00::/8")

    assert found.outgoing_allow == (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("fd00::/8"))
    assert settings(tmp_path).outgoing_allow == ()


def test_a_home_that_cannot_be_made_is_named_with_a_remedy(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(
        BadSetting, match=r"REJOINDER_HOME cannot be '.*/file/home': Not a directory.*name another one"
    ):
        settings(tmp_path / "file" / "home")


@pytest.fixture
def short_path():
    """A folder with a short path: a socket's may have 107 bytes, and pytest's folders can be longer."""
    with TemporaryDirectory(dir="/tmp") as folder:
        yield Path(folder)


@pytest.mark.parametrize("name", ["with space", "a=b", "per%20cent", "quo'te\"s", "what?#yes", "naïve 日本"])
def test_a_home_of_any_name_has_its_database_and_its_socket_in_it(short_path, name):
    found = settings(short_path / name)

    with connect(found.redis_url) as redis:
        assert redis.connection_pool.connection_kwargs["path"] == f"{short_path}/{name}/valkey.sock"
    assert found.database_path == short_path / name / "rejoinder.db"
    assert make_url(found.database_url).database == str(found.database_path)


def test_a_socket_whose_path_would_be_too_long_goes_elsewhere_for_this_user_alone(tmp_path):
    home = tmp_path / ("a" * 60) / ("b" * 60)

    found = settings(home)

    path = found.redis_url.removeprefix("unix://")
    assert len(path) < 100
    assert f"rejoinder-{os.getuid()}" in path
    assert settings(home).redis_url == found.redis_url


def test_secrets_are_not_in_what_a_log_would_show(tmp_path):
    url = "postgresql://me:hunter2@db.example/comments"

    shown = repr(settings(tmp_path, REJOINDER_SECRET=LONG, REJOINDER_DATABASE_URL=url))

    assert LONG not in shown
    assert "hunter2" not in shown


def mail_settings(home: Path, url: str, sender: str = "Comments <comments@blog.example>") -> Settings:
    return settings(home, REJOINDER_SMTP_URL=url, REJOINDER_MAIL_FROM=sender)


@pytest.mark.parametrize(
    ("url", "host", "port", "security"),
    [
        ("smtp://mail.example", "mail.example", 587, "starttls"),
        ("smtp://mail.example:25/", "mail.example", 25, "starttls"),
        ("smtp://mail.example:25?starttls=no", "mail.example", 25, "none"),
        ("smtp://localhost:25", "localhost", 25, "none"),
        ("smtp://127.1.2.3:25", "127.1.2.3", 25, "none"),
        ("smtp://[::1]:25", "::1", 25, "none"),
        ("smtp://10.0.0.1:25", "10.0.0.1", 25, "starttls"),
        ("smtps://mail.example", "mail.example", 465, "tls"),
    ],
)
def test_mail_is_encrypted_but_on_this_machine_or_where_the_url_says_so(tmp_path, url, host, port, security):
    found = mail_settings(tmp_path, url).smtp

    assert found and (found.host, found.port, found.security) == (host, port, security)


def test_the_login_of_the_mail_server_may_hold_any_characters_and_is_not_printed(tmp_path):
    found = mail_settings(tmp_path, "smtp://ada%40blog.example:p%40ss%2Fw%C3%B6rd@mail.example")

    assert found.smtp and (found.smtp.user, found.smtp.password) == ("ada@blog.example", "p@ss/wörd")
    assert "ada" not in repr(found) and "p@ss" not in repr(found)


def test_the_mail_server_can_come_from_a_file(tmp_path):
    (tmp_path / "smtp").write_text("smtps://me:pw@mail.example\n")
    sender = "comments@blog.example"

    found = settings(tmp_path, REJOINDER_SMTP_URL_FILE=str(tmp_path / "smtp"), REJOINDER_MAIL_FROM=sender)

    assert found.smtp and found.smtp.password == "pw"
    assert found.mail_from and found.mail_from.email.reveal() == sender


@pytest.mark.parametrize(
    "url",
    [
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://mail.example:0",
        "smtp://mail.example:99999",
        "smtp://user@mail.example",
        "smtp://mail.example/inbox",
        "smtp://mail.example?starttls=yes",
        "smtp://mail.example?tls=no",
        "smtps://mail.example?starttls=no",
    ],
)
def test_a_mail_server_that_cannot_be_meant_is_refused_without_its_password(tmp_path, url):
    with pytest.raises(BadSetting, match=r"REJOINDER_SMTP_URL cannot be .*: expected smtp://user:") as problem:
        mail_settings(tmp_path, url)

    assert "mail.example" not in str(problem.value)


@pytest.mark.parametrize("sender", ["Comments", "Comments <>", "comments@", "a@b.example, c@d.example"])
def test_a_sender_that_is_no_address_is_refused(tmp_path, sender):
    with pytest.raises(BadSetting, match="REJOINDER_MAIL_FROM cannot be"):
        mail_settings(tmp_path, "smtp://localhost", sender)


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"REJOINDER_SMTP_URL": "smtp://localhost"}, "REJOINDER_MAIL_FROM"),
        ({"REJOINDER_MAIL_FROM": "comments@blog.example"}, "REJOINDER_SMTP_URL"),
    ],
)
def test_one_of_the_two_settings_of_mail_asks_for_the_other(tmp_path, given, missing):
    with pytest.raises(BadSetting, match=f"^{missing} is not set: expected"):
        settings(tmp_path, **given)
