"""The API's description, with the bodies that are read by hand."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from api.crm import EventBatch, OrderBatch


def describe(app: FastAPI) -> dict[str, Any]:
    """OpenAPI of the application, worked out once."""
    if app.openapi_schema:
        return app.openapi_schema
    schema = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes, tags=app.openapi_tags
    )
    _, read_by_hand = models_json_schema(
        [(EventBatch, "validation"), (OrderBatch, "validation")], ref_template="#/components/schemas/{model}"
    )
    components = schema.setdefault("components", {})
    components["schemas"] = read_by_hand["$defs"] | components.get("schemas", {})
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "`./run token create`"},
        "session": {"type": "apiKey", "in": "cookie", "name": "desk", "description": "A one-time link signs in."},
        "signature": {
            "type": "apiKey",
            "in": "header",
            "name": "webhook-signature",
            "description": "Standard Webhooks: webhook-id, webhook-timestamp, webhook-signature.",
        },
    }
    app.openapi_schema = schema
    return schema
