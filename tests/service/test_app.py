def test_the_process_says_that_it_lives(client):
    answer = client.get("/health")

    assert answer.get_json() == {"status": "ok"}


def test_what_does_not_exist_is_a_problem_that_says_so(client):
    answer = client.get("/v1/nothing")

    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["detail"] == "There is nothing at this address."


def test_every_answer_has_the_security_headers(client):
    answer = client.get("/health")

    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
