"""The OpenAPI document, made from the doors."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from docfill import __version__
from docfill.serve.doors import DOORS, Call, Door, Role, door
from docfill.serve.shapes import schema_of

_REFUSAL = {
    "type": "object",
    "required": ["status", "zh", "en", "message"],
    "properties": {
        "status": {"type": "integer"},
        "zh": {"type": "string"},
        "en": {"type": "string"},
        "message": {"type": "string"},
        "problems": {"type": "array", "items": {"type": "object"}},
    },
}
_FILE = "application/octet-stream"


@door("GET", "/api/openapi.json", "这份说明 / this document")
def document(call: Call) -> Any:
    return described(DOORS)


def described(doors: Sequence[Door]) -> dict[str, Any]:
    """The OpenAPI 3.1 document of the doors that programs use."""
    paths: dict[str, dict[str, Any]] = {}
    for d in doors:
        if d.is_api:
            paths.setdefault(d.path, {})[d.method.lower()] = _operation(d)
    return {
        "openapi": "3.1.0",
        "info": {"title": "docfill", "version": __version__, "license": {"name": "MIT", "identifier": "MIT"}},
        "paths": paths,
        "components": {
            "schemas": {"Refusal": _REFUSAL},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(d: Door) -> dict[str, Any]:
    path = [_parameter(name, "path", "", True) for name in re.findall(r"\{(\w+)\}", d.path)]
    query = [_parameter(name, "query", said, False) for name, said in d.query.items()]
    made: dict[str, Any] = {
        "summary": d.does,
        "operationId": f"{d.handler.__module__.rpartition('.')[2]}.{d.handler.__name__}",
        "tags": [d.path.split("/")[2]],
        "responses": {str(status): _answer(status, said, d) for status, said in sorted(_answers(d).items())},
    }
    if path or query:
        made["parameters"] = [*path, *query]
    if d.role is not Role.nobody:
        made["security"] = [{"token": []}]
        made["description"] = f"role: {d.role.name}"
    if d.takes is not None:
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema_of(d.takes)}}}
    elif d.accepts:
        made["requestBody"] = {
            "required": True,
            "content": {d.accepts: {"schema": {"type": "string", "format": "binary"}}},
        }
    return made


def _parameter(name: str, where: str, said: str, needed: bool) -> dict[str, Any]:
    return {"name": name, "in": where, "required": needed, "description": said, "schema": {"type": "string"}}


def _answers(d: Door) -> dict[int, str]:
    """Every answer that a door may give, those that all give among them."""
    known = dict(d.gives)
    if d.role is not Role.nobody:
        known |= {401: "没有登录 / not logged in", 403: "没有权限 / not allowed"}
    if "{" in d.path:
        known.setdefault(404, "没有，或已删除 / not there, or deleted")
        known.setdefault(409, "现在不能做 / not now")
    if d.takes is not None:
        known |= {400: "不是 JSON / no JSON", 413: "过大 / too large", 415: "不是 JSON / no JSON"}
    if d.accepts:
        known |= {413: "文件过大 / the file is too large", 507: "磁盘已满 / the disk is full"}
    known.setdefault(422, "数据不合要求 / the data do not fit")
    return {**known, 421: "地址不对 / wrong host"}


def _answer(status: int, said: str, d: Door) -> dict[str, Any]:
    made: dict[str, Any] = {"description": said or "好 / fine"}
    if status >= 400:
        made["content"] = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
    elif said == _FILE:
        made["content"] = {_FILE: {"schema": {"type": "string", "format": "binary"}}}
    elif said == "text/event-stream":
        made["content"] = {said: {"schema": {"type": "string"}}}
    elif status != 204:
        made["content"] = {"application/json": {"schema": {}}}
    return made
