"""The API as a program meets it: a token in the header, JSON both ways."""

import json
import uuid

from rest_framework.test import APIClient

from accounts import tokens

V1 = "/api/v1/"
WORDS = {"kind": "appeal", "category": "A2", "title": "样品压坏", "body": "昨天到的 12 双样鞋压坏 5 双，网点不赔。"}


class Caller(APIClient):
    """Paths are below /api/v1/."""

    def __init__(self, user):
        super().__init__(raise_request_exception=False)
        self.credentials(HTTP_AUTHORIZATION=f"Token {tokens.issue(user)[1]}")

    def fetch(self, path, **query):
        return self.get(V1 + path, query)

    def send(self, path, data=None, **headers):
        return self.send_raw(path, json.dumps({} if data is None else data), **headers)

    def send_raw(self, path, data, **headers):
        return self.post(V1 + path, data, content_type="application/json", headers=headers)

    def submit(self, key=None, **words):
        return self.send("appeals/", {**WORDS, **words}, **{"Idempotency-Key": str(key or uuid.uuid4())})

    def act(self, verb, appeal, **data):
        """`appeal` is its JSON; its version goes along unless another is given."""
        return self.send(f"appeals/{appeal['id']}/{verb}/", {"version": appeal["version"], **data})
