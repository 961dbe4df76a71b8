"""The page of the API for people: what openapi.json and asyncapi.json say, with nothing to run."""

import re
from collections.abc import Iterable, Iterator
from html import escape
from typing import Any, Final

Json = dict[str, Any]

STYLE: Final = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif;
  background: light-dark(#fff, #16181d); color: light-dark(#16181d, #eceef2) }
a { color: light-dark(#0b57d0, #9ec2ff) }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h2 { margin-top: 3rem; border-bottom: 1px solid }
h3 { margin: 2rem 0 .5rem }
code { font: .95em ui-monospace, monospace; overflow-wrap: anywhere }
nav ul { columns: 16rem; padding-left: 1.2rem }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 }
caption { text-align: left; font-weight: 600 }
th:first-child { width: 22% }
td { overflow-wrap: anywhere }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0;
  border-top: 1px solid color-mix(in srgb, currentColor 25%, transparent) }
"""
BOUNDS: Final = {
    "format": "{}",
    "const": "{}",
    "enum": "one of {}",
    "minLength": "{} characters or more",
    "maxLength": "{} characters at most",
    "minimum": "{} or more",
    "maximum": "{} at most",
    "exclusiveMinimum": "above {}",
    "multipleOf": "a multiple of {}",
    "pattern": "as {}",
    "default": "{} if not given",
}


def html(http: Json, events: Json) -> str:
    """Return the page."""
    answers = _everywhere(http)
    services = [it["name"] for it in http["tags"]]
    bodies = {**http["components"]["schemas"], **events["components"]["schemas"]}
    sections = [
        *(_section(name, name, _calls(http, name, answers)) for name in services),
        _section("events", "Events", _events(events)),
        _section("bodies", "Bodies", [_fields(name, it) for name, it in bodies.items()]),
    ]
    title = f"{http['info']['title']} {http['info']['version']}: the API"
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{STYLE}</style>
<main>
<h1>{escape(title)}</h1>
<p>The same for tools: <a href="docs/openapi.json">OpenAPI {http["openapi"]}</a>,
<a href="docs/asyncapi.json">AsyncAPI {events["asyncapi"]}</a> and
<a href="docs/collection.json">a collection</a> for Postman and Bruno.</p>
<p>{_marked(http["info"]["description"])}</p>
<nav aria-label="All calls">{_list(_contents(http))}</nav>
{_table("What any call may be answered with", ("status", "means", "body"), map(_row, answers))}
{"".join(sections)}</main>
</html>
"""


def _contents(http: Json) -> Iterator[str]:
    for path, how, it in _each(http):
        yield f'<a href="#{it["operationId"]}"><code>{how.upper()} {path}</code></a>'
    yield '<a href="#events">Events</a>'
    yield '<a href="#bodies">Bodies</a>'


def _each(http: Json) -> Iterator[tuple[str, str, Json]]:
    return ((path, how, it) for path, calls in http["paths"].items() for how, it in calls.items())


def _everywhere(http: Json) -> list[tuple[str, Json]]:
    first, *others = (it["responses"] for _, _, it in _each(http))
    shared = (pair for pair in sorted(first.items()) if all(pair in it.items() for it in others))
    return list(shared)


def _calls(http: Json, service: str, everywhere: list[tuple[str, Json]]) -> Iterator[str]:
    for path, how, it in _each(http):
        if service not in it["tags"]:
            continue
        yield f'<h3 id="{it["operationId"]}"><code>{how.upper()} {path}</code></h3>\n'
        said = [it["summary"], it.get("description"), _who(it), _sends(it)]
        yield f"<p>{'. '.join(one.rstrip('.') for one in said if one)}.</p>\n"
        if given := it.get("parameters"):
            rows = ((_code(one["name"]), one["in"], _what(one["schema"])) for one in given)
            yield _table("Parameters", ("name", "in", "what"), rows)
        own = [one for one in sorted(it["responses"].items()) if one not in everywhere]
        yield _table("Answers", ("status", "means", "body"), map(_row, own))


def _who(call: Json) -> str:
    return "Only for whoever is signed in" if call.get("security") else "For anybody"


def _sends(call: Json) -> str:
    sent = list(call.get("requestBody", {}).get("content", {}).values())
    return f"Takes {_what(sent[0]['schema'])}" if sent else ""


def _row(answer: tuple[str, Json]) -> tuple[str, str, str]:
    status, it = answer
    kinds = it.get("content", {})
    bodies = (_what(one["schema"]) if "json" in kind else kind for kind, one in kinds.items())
    return _code(status), escape(it["description"]), ", ".join(bodies) or "none"


def _events(events: Json) -> Iterator[str]:
    yield f"<p>{_marked(events['info']['description'])}</p>\n"
    names = {it["name"]: name for name, it in events["components"]["messages"].items()}
    rows = (
        (_code(type), *(_who_does(events, type, it) for it in ("send", "receive")), _to(name))
        for type, name in names.items()
    )
    yield _table("Events of the stream", ("type", "sent by", "heard by", "data"), rows)


def _who_does(events: Json, type: str, action: str) -> str:
    place = {"$ref": f"#/channels/{type}"}
    found = events["operations"].items()
    does = [who for who, it in found if it["action"] == action and it["channel"] == place]
    return escape(", ".join(who.partition(".")[0] for who in does)) or "nobody"


def _fields(name: str, schema: Json) -> str:
    needed = schema.get("required", ())
    rows = (
        (_code(field), "yes" if field in needed else "no", _what(it))
        for field, it in schema.get("properties", {}).items()
    )
    return f'<h3 id="{name}">{name}</h3>\n' + (
        _table(f"Fields of {name}", ("field", "always", "what"), rows)
        if "properties" in schema
        else f"<p>{_what(schema)}.</p>\n"
    )


def _what(schema: Json) -> str:
    """Say what a value may be, in words and links."""
    if "$ref" in schema:
        return _to(schema["$ref"].rpartition("/")[2])
    if choices := schema.get("anyOf"):
        return " or ".join(map(_what, choices)) + _bounds(schema)
    if schema.get("type") == "array":
        return f"a list of {_what(schema.get('items', {}))}{_bounds(schema)}"
    if inside := schema.get("properties"):
        return f"{{{', '.join(f'{_code(name)}: {_what(it)}' for name, it in inside.items())}}}"
    return escape(str(schema.get("type", "anything"))) + _bounds(schema)


def _bounds(schema: Json) -> str:
    said = [words.format(schema[bound]) for bound, words in BOUNDS.items() if bound in schema]
    return "".join(f", {escape(it)}" for it in said)


def _section(anchor: str, title: str, parts: Iterable[str]) -> str:
    opened = f'<section id="{anchor}" aria-labelledby="{anchor}-title">'
    return f'{opened}<h2 id="{anchor}-title">{title}</h2>\n{"".join(parts)}</section>\n'


def _table(caption: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    names = "".join(f'<th scope="col">{it}</th>' for it in head)
    cells = "".join(f"<tr>{''.join(f'<td>{it}</td>' for it in row)}</tr>\n" for row in rows)
    return f"<table><caption>{caption}</caption>\n<tr>{names}</tr>\n{cells}</table>\n"


def _list(items: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{it}</li>' for it in items)}</ul>"


def _to(name: str) -> str:
    return f'<a href="#{name}">{name}</a>'


def _marked(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>"
