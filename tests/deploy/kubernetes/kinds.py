"""The kinds that others bring to a cluster: as much of them as we use, and no field besides.

What is new here is looked up there: Gateway API 1.7 (httproutes, standard channel), KEDA 2.21
(scaledobjects), Prometheus operator 0.85 (podmonitors, prometheusrules) and Chaos Mesh 2.8
(schedules), each project's CRDs.
"""

from typing import Any, Final

Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string", "minLength": 1}
TEXTS: Final[Schema] = {"type": "object", "additionalProperties": {"type": "string"}}
COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
PORT: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": 65535}
DURATION: Final[Schema] = {"type": "string", "pattern": r"^(\d+h)?(\d+m)?(\d+s)?$", "minLength": 2}


def _object(*required: str, **properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _list(items: Schema, least: int = 1, most: int = 16) -> Schema:
    return {"type": "array", "items": items, "minItems": least, "maxItems": most}


def _one_of(*words: str) -> Schema:
    return {"enum": list(words)}


def _kind(spec: Schema) -> Schema:
    metadata = _object("name", "namespace", name=TEXT, namespace=TEXT, labels=TEXTS)
    metadata["properties"]["annotations"] = TEXTS
    return _object(
        "apiVersion",
        "kind",
        "metadata",
        "spec",
        apiVersion=TEXT,
        kind=TEXT,
        metadata=metadata,
        spec=spec,
    )


_PATH = _object("type", "value", type=_one_of("Exact", "PathPrefix"), value=TEXT)
_REDIRECT = _object("scheme", scheme=_one_of("https"), statusCode={"enum": [301, 308]})
_ROUTE = _object(
    "hostnames",
    "parentRefs",
    "rules",
    hostnames=_list(TEXT),
    parentRefs=_list(_object("name", name=TEXT, namespace=TEXT, sectionName=TEXT)),
    rules=_list(
        _object(
            matches=_list(_object("path", path=_PATH)),
            backendRefs=_list(_object("name", "port", name=TEXT, port=PORT)),
            filters=_list(
                _object("type", type=_one_of("RequestRedirect"), requestRedirect=_REDIRECT)
            ),
            timeouts=_object(request=DURATION, backendRequest=DURATION),
        )
    ),
)
_SCALER = _object(
    "scaleTargetRef",
    "triggers",
    scaleTargetRef=_object("name", apiVersion=TEXT, kind=TEXT, name=TEXT),
    minReplicaCount=COUNT,
    maxReplicaCount=COUNT,
    pollingInterval=COUNT,
    cooldownPeriod=COUNT,
    advanced=_object(
        # KEDA hands this on to the HorizontalPodAutoscaler that it makes.
        horizontalPodAutoscalerConfig=_object(name=TEXT, behavior={"type": "object"}),
    ),
    triggers=_list(
        _object(
            "type",
            "metadata",
            type=_one_of("nats-jetstream", "cpu"),
            metricType=_one_of("AverageValue", "Value", "Utilization"),
            metadata=TEXTS,
        )
    ),
)
_MONITOR = _object(
    "selector",
    "podMetricsEndpoints",
    selector=_object("matchLabels", matchLabels=TEXTS),
    podMetricsEndpoints=_list(
        _object(
            "port",
            port=TEXT,
            path=TEXT,
            interval=DURATION,
            scrapeTimeout=DURATION,
            relabelings=_list(
                _object("targetLabel", sourceLabels=_list(TEXT), targetLabel=TEXT, replacement=TEXT)
            ),
        )
    ),
)
_RULES = _object(
    "groups",
    groups=_list(
        _object(
            "name",
            "rules",
            name=TEXT,
            interval=DURATION,
            rules=_list(
                {
                    "oneOf": [
                        _object(
                            "alert",
                            "expr",
                            "labels",
                            "annotations",
                            alert=TEXT,
                            expr=TEXT,
                            labels=TEXTS,
                            annotations=TEXTS,
                            **{"for": DURATION},
                        ),
                        _object("record", "expr", record=TEXT, expr=TEXT, labels=TEXTS),
                    ]
                },
                most=100,
            ),
        )
    ),
)

_MILLISECONDS: Final[Schema] = {"type": "string", "pattern": r"^-?\d+ms$"}
_PODS = _object(
    "namespaces",
    namespaces=_list(TEXT),
    expressionSelectors=_list(
        _object(
            "key",
            "operator",
            "values",
            key=TEXT,
            operator=_one_of("In", "NotIn"),
            values=_list(TEXT),
        )
    ),
)
_WHO = {"mode": _one_of("one", "all"), "selector": _PODS}


def _schedule(kind: str, item: Schema) -> Schema:
    field = kind[0].lower() + kind[1:]
    return _object(
        "schedule",
        "type",
        field,
        schedule={"type": "string", "pattern": r"^@every \d+s$"},
        concurrencyPolicy=_one_of("Forbid", "Allow"),
        historyLimit=COUNT,
        type=_one_of(kind),
        **{field: item},
    )


_CHAOS: Final[Schema] = {
    "oneOf": [
        _schedule(
            "NetworkChaos",
            _object(
                *("action", "mode", "selector", "duration", "direction"),
                action=_one_of("delay", "partition"),
                direction=_one_of("both", "from", "to"),
                delay=_object("latency", latency=_MILLISECONDS, jitter=_MILLISECONDS),
                target=_object("mode", "selector", **_WHO),
                duration=_MILLISECONDS,
                **_WHO,
            ),
        ),
        _schedule(
            "PodChaos",
            _object(
                *("action", "mode", "selector"),
                action=_one_of("pod-kill"),
                gracePeriod=COUNT,
                **_WHO,
            ),
        ),
        _schedule(
            "TimeChaos",
            _object(
                *("timeOffset", "mode", "selector", "duration"),
                timeOffset=_MILLISECONDS,
                duration=_MILLISECONDS,
                **_WHO,
            ),
        ),
    ]
}

KINDS: Final = {
    "chaos-mesh.org/v1alpha1 Schedule": _kind(_CHAOS),
    "gateway.networking.k8s.io/v1 HTTPRoute": _kind(_ROUTE),
    "keda.sh/v1alpha1 ScaledObject": _kind(_SCALER),
    "monitoring.coreos.com/v1 PodMonitor": _kind(_MONITOR),
    "monitoring.coreos.com/v1 PrometheusRule": _kind(_RULES),
}
