"""What OpenAPI says of a service: every status that can come, and none that cannot."""

from typing import Any, Final

from fastapi import FastAPI

_PROBLEMS: Final = "Problems"
_WHY: Final = {
    "400": "What was asked makes no sense, or makes none any more",
    "408": "The request took too long to arrive",
    "413": "The body is too large",
    "503": "Not ready, about to end, or something that it depends on does not answer",
}
_EVERYWHERE: Final = ("413",)
_FOR_PEOPLE: Final = ("408", "503")


class Described(FastAPI):
    """FastAPI knows its routes; what stands before them, and answers for them, it does not."""

    def openapi(self) -> dict[str, Any]:
        """Return the description, made once."""
        if self.openapi_schema is None:
            found = super().openapi()
            for path, operations in found["paths"].items():
                for operation in operations.values():
                    _complete(operation["responses"], path.startswith("/api/"))
            if "/metrics" in found["paths"]:
                answer = found["paths"]["/metrics"]["get"]["responses"]["200"]
                answer["content"] = {"text/plain": {"schema": {"type": "string"}}}
            _shape(found.setdefault("components", {}).setdefault("schemas", {}))
        return super().openapi()


def _complete(responses: dict[str, Any], for_people: bool) -> None:
    # What FastAPI would answer with 422 is answered with 400 here.
    added = ("400",) if responses.pop("422", None) else ()
    for status in (*added, *_EVERYWHERE, *(_FOR_PEOPLE if for_people else ())):
        responses.setdefault(status, {})
    for status, response in responses.items():
        if status >= "400":
            response["description"] = _WHY.get(status) or response.get("description", "Refused")
            response["content"] = {"application/json": {"schema": _reference()}}


def _reference() -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{_PROBLEMS}"}


def _shape(schemas: dict[str, Any]) -> None:
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    text = {"type": "string"}
    problem: dict[str, Any] = {"type": "object", "properties": {"message": text, "field": text}}
    problem |= {"required": ["message"], "additionalProperties": False}
    listed = {"type": "array", "minItems": 1, "items": problem}
    schemas[_PROBLEMS] = {
        "type": "object",
        "properties": {"errors": listed},
        "required": ["errors"],
        "additionalProperties": False,
    }
    schemas.pop("Problem", None)
