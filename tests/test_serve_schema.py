"""The OpenAPI document holds: what it says goes in goes in, what comes out is what it says, and no fault of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

pytest.importorskip("starlette")
pytest.importorskip("schemathesis")
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from starlette.testclient import TestClient

from docfill.serve import server
from docfill.serve.api.openapi import described
from docfill.serve.app import application
from docfill.serve.doors import DOORS
from docfill.serve.server import Server, Settings

CONFIG = schemathesis.Config.from_dict({"phases": {"coverage": {"enabled": False}, "examples": {"enabled": False}}})
SCHEMA = schemathesis.openapi.from_dict(described([d for d in DOORS if "events" not in d.path]), config=CONFIG)
"""Events do not end by themselves."""
ALWAYS = {404, 405}
"""What an address may answer that is none of the document's: a part of it was empty, or had a slash."""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server, "bundled", dict)
        made = Server(Settings(tmp_path_factory.mktemp("data"), is_public=True), is_working=False)
    browser = TestClient(application(made), base_url="http://127.0.0.1:8765", raise_server_exceptions=False)
    found = re.search(r'data-csrf="([^"]+)"', browser.get(f"/?start={made.guard.start_token}").text)
    assert found
    browser.headers["x-csrf"] = found[1]
    yield browser
    made.close()


@SCHEMA.parametrize()
@settings(
    max_examples=4, derandomize=True, deadline=None, database=None, phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
def test_no_request_is_answered_otherwise_than_the_document_says(case: schemathesis.Case, client: TestClient) -> None:
    kept = case.as_transport_kwargs(base_url="http://127.0.0.1:8765")
    answer = client.request(
        kept["method"],
        kept["url"],
        params=kept.get("params"),
        json=kept.get("json"),
        content=kept.get("data") if isinstance(kept.get("data"), bytes | str) else None,
        headers={k: v for k, v in dict(kept.get("headers") or {}).items() if k.lower() in ("content-type", "accept")},
    )
    assert answer.status_code < 500 or answer.status_code == 507, answer.text
    known = case.operation.definition.raw["responses"]
    assert answer.status_code in ALWAYS or str(answer.status_code) in known, (
        f"{answer.status_code}: {answer.text[:200]}"
    )
    if answer.status_code >= 400:
        assert {"status", "zh", "en", "message"} <= answer.json().keys()
