"""How many bodies each network may have under way. A body begins the next request while it is waited for."""

import json
from io import BytesIO

import pytest

from tests.service.bodies import COMMENTS, a_body

HERE, ELSEWHERE = "192.0.2.1", "198.51.100.1"
RAW = json.dumps(a_body()).encode()


class Slow(BytesIO):
    """A body that something happens before the end of."""

    def __init__(self, meanwhile):
        super().__init__(RAW)
        self._meanwhile = meanwhile

    def read(self, size=-1):
        self._meanwhile()
        return super().read(size)


@pytest.fixture
def client(limited, monkeypatch):
    """A client of a service in which each network may have two bodies under way: `client(proxy_hops="1")`."""
    monkeypatch.setattr("service.app.SHARE", 2)
    return limited


def post(client, address=HERE, meanwhile=lambda: None):
    """What a comment from there is answered."""
    return client.post(
        COMMENTS,
        input_stream=Slow(meanwhile),
        content_length=len(RAW),
        content_type="application/json",
        environ_overrides={"REMOTE_ADDR": address},
    )


def post_three(client, third):
    """What they are answered, the third first: two from here, and one from `third` while those are under way."""
    answers = []

    def begin(*addresses):
        if addresses:
            answers.append(post(client, addresses[0], meanwhile=lambda: begin(*addresses[1:])))

    begin(HERE, HERE, third)
    return answers


def test_over_the_share_of_its_network_a_body_is_refused_unread(client):
    refused, *others = post_three(client(), HERE)

    assert (refused.status_code, [each.status_code for each in others]) == (429, [202, 202])
    assert "half sent" in refused.get_json()["detail"]
    assert int(refused.headers["Retry-After"]) >= 1


def test_another_network_has_a_share_of_its_own(client):
    assert [answer.status_code for answer in post_three(client(), ELSEWHERE)] == [202, 202, 202]


def test_a_network_has_its_share_again_when_its_bodies_end(client):
    client = client()
    post_three(client, HERE)

    assert [answer.status_code for answer in post_three(client, ELSEWHERE)] == [202, 202, 202]


def test_behind_a_proxy_which_hides_the_networks_there_are_no_shares(client):
    assert [answer.status_code for answer in post_three(client(proxy_hops="1"), HERE)] == [202, 202, 202]
