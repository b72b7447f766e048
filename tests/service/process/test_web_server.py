"""What a start says of an address that it cannot have."""

import errno
import os
import socket

import pytest

from moderation.errors import BadSetting
from service.process.web_server import refuse_taken_port
from tests.service.conftest import settings_of


def test_a_port_that_somebody_has_is_named(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(BadSetting, match=f"REJOINDER_PORT cannot be '{port}' on 127.0.0.1: .* stop the program"):
            refuse_taken_port(settings_of(tmp_path, port=str(port)))


def test_an_address_that_is_not_ours_is_named_rather_than_the_port(tmp_path):
    with pytest.raises(BadSetting, match=r"REJOINDER_HOST cannot be '192\.0\.2\.1': .* an address of this machine"):
        refuse_taken_port(settings_of(tmp_path, host="192.0.2.1"))


def test_a_port_that_this_user_may_not_open_is_told_so(tmp_path, monkeypatch):
    def forbid(self, address):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(socket.socket, "bind", forbid)

    with pytest.raises(BadSetting, match=r"Permission denied\. .* set REJOINDER_PORT to 1024 or more"):
        refuse_taken_port(settings_of(tmp_path, port="80"))
