"""Holds documents against the schemas of Kubernetes, and reads PromQL.

Run by the interpreter of the environment that has kubernetes-validate and promql-parser:
`{"documents": […], "kinds": {kind: schema}, "expressions": […]}` in,
`{"versions": […], "wrong": [[…], …], "read": [what `read` returns, …]}` out.
"""

import json
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema
import promql_parser
from kubernetes_validate import utils

LAST = 3  # as many as the Kubernetes project itself keeps up

# Each call would read megabytes of the same schemas again.
utils.schema_contents = cache(utils.schema_contents)
utils.all_versions = cache(utils.all_versions)


def main() -> None:
    """Answer one question."""
    asked = json.load(sys.stdin)
    # Each is listed once for each way in which its schemas are written.
    versions = list(dict.fromkeys(reversed(utils.all_versions())))[:LAST]
    answer = {
        "versions": [utils.major_minor(each) for each in versions],
        "wrong": [list(wrong(each, versions, asked["kinds"])) for each in asked["documents"]],
        "read": [read(each) for each in asked["expressions"]],
    }
    json.dump(answer, sys.stdout)


def wrong(document: Any, versions: list[str], kinds: dict[str, Any]) -> Iterator[str]:
    """Yield what a version of Kubernetes would refuse, or would drop in silence."""
    kind = f"{document['apiVersion']} {document['kind']}"
    if kind in kinds:
        for error in jsonschema.Draft202012Validator(kinds[kind]).iter_errors(document):
            yield f"{'.'.join(map(str, error.path))}: {error.message}"
        return
    for version in versions:
        try:
            utils.validate(document, version, strict=True)
        except utils.ValidationError as error:
            path = ".".join(map(str, error.path))
            yield f"Kubernetes {utils.major_minor(version)}: {path}: {error.message}"
        except utils.SchemaNotFoundError as error:
            yield f"Kubernetes {error.version}: knows no {error.api_version} {error.kind}"


def read(expression: str) -> dict[str, Any]:
    """Return the metrics of an expression, with the labels it selects, and those it groups by."""
    metrics: list[tuple[str, list[str]]] = []
    labels: set[str] = set()
    aggregated = False

    def visit(node: Any) -> None:
        nonlocal aggregated
        if isinstance(node, promql_parser.MatrixSelector):
            node = node.vector_selector
            metrics.append((node.name, [each.name for each in node.matchers.matchers]))
        elif isinstance(node, promql_parser.VectorSelector):
            metrics.append((node.name, [each.name for each in node.matchers.matchers]))
        elif isinstance(node, promql_parser.AggregateExpr):
            aggregated = True
            labels.update(node.modifier.labels if node.modifier else ())
        elif isinstance(node, promql_parser.BinaryExpr) and node.modifier:
            labels.update(node.modifier.matching.labels if node.modifier.matching else ())

    try:
        promql_parser.walk(promql_parser.parse(expression), pre_visit=visit)
    except ValueError as error:
        return {"error": str(error)}
    return {"metrics": metrics, "labels": sorted(labels), "aggregated": aggregated}


if __name__ == "__main__":
    main()
