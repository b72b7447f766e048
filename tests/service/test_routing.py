"""What a URL may hold, on each database: PostgreSQL cannot even be asked for what SQLite takes."""

import pytest

from service.app import create_app
from tests.service.bodies import BLOG


@pytest.fixture
def client(settings, store, dispatch, clock):
    """A client of the service, on each database. What breaks is answered, as it would be."""
    return create_app(settings, store=store, dispatch=dispatch, now=clock).test_client()


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("POST", "/v1/sites/%00/comments"),
        ("GET", "/v1/sites/%00/threads/x/comments"),
        ("GET", "/v1/sites/a%00b/form?thread=x"),
        ("OPTIONS", "/v1/sites/a%00b/form"),
        ("GET", "/v1/sites/demo/threads/a%00b/comments"),
        ("GET", "/v1/sites/demo/form?thread=%00"),
        ("GET", "/v1/status/%00.x"),
        ("GET", "/v1/comments/%00"),
        ("POST", "/v1/decisions/%00/undo"),
        ("GET", "/v1/sites/%00/policy"),
        ("GET", "/v1/queue?text=%00"),
        ("GET", "/v1/queue?%00=x"),
        ("GET", "/sites/%00/form?thread=x"),
        ("GET", "/sites/demo/form?thread=%00"),
        ("GET", "/thanks?token=%00"),
    ],
)
def test_a_nul_in_the_url_is_a_400(client, method, url):
    answer = client.open(url, method=method, headers={"Origin": BLOG})

    assert answer.status_code == 400
    assert "NUL" in answer.get_json()["detail"]
