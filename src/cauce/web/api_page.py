"""The description of the interface for machines, for people: from the OpenAPI document to rows of a page. Pure."""

from __future__ import annotations

from typing import Any

Node = dict[str, Any]


def rooms(described: Node) -> dict[str, list[Node]]:
    """Room -> its operations, in the order of the document, each with what it is asked and what it answers."""
    found: dict[str, list[Node]] = {}
    schemas = described["components"]["schemas"]
    for address, methods in described["paths"].items():
        for method, one in methods.items():
            found.setdefault(one["tags"][0], []).append(
                {
                    "method": method.upper(),
                    "address": address,
                    "parts": address.strip("/").split("/"),
                    "operationId": one["operationId"],
                    "summary": one["summary"],
                    "capability": one["x-capability"],
                    "asked": [_row(each["name"], each["schema"], each) for each in one["parameters"]],
                    "body": _fields(one.get("requestBody", {}), schemas),
                    "answer": _fields(_success(one["responses"]), schemas),
                }
            )
    return found


def _success(responses: Node) -> Node:
    return next((one for status, one in responses.items() if str(status).startswith("2")), {})


def _fields(part: Node, schemas: Node) -> list[Node]:
    """The fields of what is sent or answered; those of the rows of a list as `items[].name`."""
    content = part.get("content", {})
    if "application/json" not in content:
        return [_row(media, one["schema"], {}) for media, one in content.items()]
    schema = _resolved(content["application/json"]["schema"], schemas)
    rows = []
    for name, each in schema.get("properties", {}).items():
        required = name in schema.get("required", ())
        inner = _resolved(each.get("items", {}), schemas)
        if "properties" in inner:
            rows += [_row(f"{name}[].{key}", one, {}) for key, one in inner["properties"].items()]
        else:
            told = {"required": required, "description": each.get("description", "")}
            rows.append(_row(name, each, told))
    return rows


def _resolved(schema: Node, schemas: Node) -> Node:
    found: Node = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    return found


def _row(name: str, schema: Node, told: Node) -> Node:
    return {
        "name": name,
        "parts": name.split("_"),
        "kind": kind_of(schema),
        "required": bool(told.get("required")),
        "description": told.get("description", ""),
    }


def kind_of(schema: Node) -> str:
    """What may stand there, in a few words: `text`, `a day`, `F, M or X`, `a list of ids` …"""
    if "anyOf" in schema:
        return " or ".join(kind_of(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(f"“{one}”" for one in schema["enum"])
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    kind, form = schema.get("type", ""), schema.get("format", "")
    if kind == "array":
        return f"list of {kind_of(schema.get('items', {}))}"
    names = {"uuid": "id", "date": "day", "date-time": "moment", "binary": "picture"}
    plain = {"string": "text", "integer": "whole number", "boolean": "true or false", "null": "null"}
    return names.get(form) or plain.get(kind, kind or "anything")
