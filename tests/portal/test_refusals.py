"""What is refused before a view is reached still answers in the language of whoever asked."""

from uuid import uuid4

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/api/v1/nowhere/", "/api/v1/appeals/x/", "/api/v1/appeals/-1/"])
def test_an_unknown_api_address_answers_in_json(city, sign_in, path):
    response = sign_in(city.staff).get(path)
    assert (response.status_code, response.json()) == (404, {"detail": "没找到。"})


def test_an_unknown_page_answers_with_the_portals_page(city, sign_in):
    response = sign_in(city.staff).get("/nowhere/")
    assert response.status_code == 404
    assert "没找到这一页" in response.content.decode()


def test_a_body_beyond_every_limit_answers_in_json(city, sign_in):
    response = sign_in(city.anchor).post(
        "/api/v1/appeals/", b"x" * 3_000_000, content_type="application/json", headers={"Idempotency-Key": str(uuid4())}
    )
    assert response.status_code == 400
    assert "detail" in response.json()
