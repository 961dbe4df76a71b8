"""What would not start, not be asked rightly, not end in peace, or not grow."""

from tests.deploy.kubernetes.documents import Document, named, of
from tests.deploy.kubernetes.faults import (
    KEDA,
    LOCAL,
    container,
    deployment,
    fault,
    rules,
    server,
    spec,
    variable,
)

Documents = list[Document]


@fault("settings", "Deployment/orders: LOG_LEVEL is no setting")
def a_variable_that_is_no_setting(documents: Documents) -> None:
    container(documents)["env"].append({"name": "LOG_LEVEL", "value": "debug"})


@fault("settings", "Deployment/orders: NATS_URL is missing")
def a_setting_that_is_missing(documents: Documents) -> None:
    container(documents)["env"].remove(variable(documents, "NATS_URL"))


@fault("settings", "Deployment/orders: EXPIRATION_WINDOW_S is bad")
def a_setting_that_makes_no_sense(documents: Documents) -> None:
    for each in of(documents, "ConfigMap"):
        if "EXPIRATION_WINDOW_S" in each["data"]:
            each["data"]["EXPIRATION_WINDOW_S"] = "15m"


@fault("settings", "Deployment/auth: JWT_KEY is bad", LOCAL)
def a_key_that_is_too_short(documents: Documents) -> None:
    named(documents, "Secret", "jwt-key")["stringData"]["JWT_KEY"] = "short"


@fault("settings", "STRIPE_KEY is none of its business")
def a_secret_for_whoever_has_no_use_for_it(documents: Documents) -> None:
    container(documents)["env"].append(variable(documents, "STRIPE_KEY", "payments"))


@fault("settings", "takes a whole Secret")
def a_whole_secret(documents: Documents) -> None:
    container(documents)["envFrom"] = [{"secretRef": {"name": "mongo"}}]


@fault("settings", "JWT_KEY is in plain sight")
def a_secret_in_plain_sight(documents: Documents) -> None:
    env = container(documents)["env"]
    env[env.index(variable(documents, "JWT_KEY"))] = {"name": "JWT_KEY", "value": "x" * 32}


@fault("settings", "Secret/own: is committed")
def a_committed_secret(documents: Documents) -> None:
    documents.append({"kind": "Secret", "metadata": {"name": "own"}, "stringData": {"A": "b"}})


@fault("settings", "no ConfigMap/elsewhere")
def settings_from_elsewhere(documents: Documents) -> None:
    container(documents)["envFrom"] = [{"configMapRef": {"name": "elsewhere"}}]


@fault("settings", "orders: runs 0 times")
def a_service_that_does_not_run(documents: Documents) -> None:
    documents.remove(deployment(documents))


@fault("settings", "order: no such service")
def a_service_that_is_unknown(documents: Documents) -> None:
    container(documents)["args"] = ["order"]


@fault("probes", "no startupProbe over HTTP")
def a_probe_that_is_missing(documents: Documents) -> None:
    del container(documents)["startupProbe"]


@fault("probes", "livenessProbe asks /readyz: 503 with every server away, not 200")
def a_liveness_that_depends_on_others(documents: Documents) -> None:
    container(documents)["livenessProbe"]["httpGet"]["path"] = "/readyz"


@fault("probes", "readinessProbe asks /livez: 200 with every server away, not 503")
def a_readiness_that_depends_on_nothing(documents: Documents) -> None:
    container(documents)["readinessProbe"]["httpGet"]["path"] = "/livez"


@fault("probes", "readinessProbe asks /healthz: 404")
def a_path_that_is_not_served(documents: Documents) -> None:
    container(documents)["readinessProbe"]["httpGet"]["path"] = "/healthz"


@fault("probes", "and the app listens on 3000")
def a_port_on_which_nobody_listens(documents: Documents) -> None:
    container(documents)["ports"][0]["containerPort"] = 8080


@fault("probes", "answers /stats with 404")
def a_page_of_metrics_that_is_not_served(documents: Documents) -> None:
    monitor = named(documents, "PodMonitor", "boxoffice")
    monitor["spec"]["podMetricsEndpoints"][0]["path"] = "/stats"


@fault("probes", "StatefulSet/redis redis: no livenessProbe")
def a_store_that_is_not_asked(documents: Documents) -> None:
    del server(documents, "redis")["livenessProbe"]


@fault("probes", "listens on no port")
def a_store_without_a_port(documents: Documents) -> None:
    server(documents, "redis")["ports"] = []


@fault("timing", "has 20 s to end and needs 34")
def too_little_time_to_end(documents: Documents) -> None:
    spec(documents)["terminationGracePeriodSeconds"] = 20


@fault("timing", "is told to end while requests still come")
def no_time_for_the_news_to_travel(documents: Documents) -> None:
    del container(documents)["lifecycle"]


@fault("timing", "is not updated pod by pod")
def an_update_all_at_once(documents: Documents) -> None:
    deployment(documents)["spec"]["strategy"] = {"type": "Recreate"}


@fault("timing", "may leave it with too few pods")
def an_update_that_takes_before_it_gives(documents: Documents) -> None:
    deployment(documents)["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] = "25%"


@fault("timing", "is given up before a pod may be")
def an_update_without_patience(documents: Documents) -> None:
    deployment(documents)["spec"]["progressDeadlineSeconds"] = 30


@fault("timing", "cannot be applied again once changed")
def a_job_that_stays(documents: Documents) -> None:
    del named(documents, "Job", "mongo-initiate")["spec"]["ttlSecondsAfterFinished"]


@fault("scaling", "Deployment/order: scaled, and not there")
def a_scaler_of_nothing(documents: Documents) -> None:
    scaler = named(documents, "HorizontalPodAutoscaler", "orders")
    scaler["spec"]["scaleTargetRef"]["name"] = "order"


@fault("scaling", "is not called like what it scales")
def a_scaler_with_another_name(documents: Documents) -> None:
    named(documents, "HorizontalPodAutoscaler", "orders")["metadata"]["name"] = "of-orders"


@fault("scaling", "each apply would undo what the scaler did")
def a_count_beside_a_scaler(documents: Documents) -> None:
    deployment(documents)["spec"]["replicas"] = 2


@fault("scaling", "Deployment/orders: 2 scalers pull at it", KEDA)
def two_scalers(documents: Documents) -> None:
    other = {"spec": {"scaleTargetRef": {"kind": "Deployment", "name": "orders"}, "maxReplicas": 2}}
    documents.append({"kind": "HorizontalPodAutoscaler", "metadata": {"name": "orders"}, **other})


@fault("scaling", "HorizontalPodAutoscaler/orders: cannot be between its bounds")
def bounds_the_wrong_way_round(documents: Documents) -> None:
    named(documents, "HorizontalPodAutoscaler", "orders")["spec"]["maxReplicas"] = 1


@fault("scaling", "no request for cpu to compare with")
def a_share_of_nothing(documents: Documents) -> None:
    del container(documents)["resources"]["requests"]["cpu"]


def _trigger(documents: Documents) -> dict[str, str]:
    found: dict[str, str] = named(documents, "ScaledObject", "orders")["spec"]["triggers"][0][
        "metadata"
    ]
    return found


@fault("scaling", "stream is SHOP, and the code says TICKETING", KEDA)
def the_lag_of_another_stream(documents: Documents) -> None:
    _trigger(documents)["stream"] = "SHOP"


@fault("scaling", "consumer is order, and the code says orders", KEDA)
def the_lag_of_another_consumer(documents: Documents) -> None:
    _trigger(documents)["consumer"] = "order"


@fault("scaling", "lagThreshold is 'many'", KEDA)
def a_threshold_that_is_no_number(documents: Documents) -> None:
    _trigger(documents)["lagThreshold"] = "many"


@fault("scaling", "no Service/broker to ask", KEDA)
def a_lag_that_is_asked_of_nobody(documents: Documents) -> None:
    _trigger(documents)["natsServerMonitoringEndpoint"] = "broker.boxoffice.svc:8222"


@fault("scaling", "has no port 4223", KEDA)
def a_lag_that_is_asked_at_another_port(documents: Documents) -> None:
    _trigger(documents)["natsServerMonitoringEndpoint"] = "nats-members.boxoffice.svc:4223"


@fault("scaling", "may be none", KEDA)
def a_service_that_may_be_scaled_to_none(documents: Documents) -> None:
    named(documents, "ScaledObject", "orders")["spec"]["minReplicaCount"] = 0


@fault("scaling", "pollingInterval is for who may be none", KEDA)
def an_interval_in_which_nobody_asks(documents: Documents) -> None:
    named(documents, "ScaledObject", "orders")["spec"]["pollingInterval"] = 15


@fault("scaling", "refused where HorizontalPodAutoscaler/orders is there already", KEDA)
def a_second_scaler_for_who_has_one(documents: Documents) -> None:
    del named(documents, "ScaledObject", "orders")["metadata"]["annotations"]


@fault("scaling", "refused where HorizontalPodAutoscaler/orders is there already", KEDA)
def a_scaler_that_takes_over_another(documents: Documents) -> None:
    scaler = named(documents, "ScaledObject", "orders")
    del scaler["spec"]["advanced"]["horizontalPodAutoscalerConfig"]["name"]


@fault("scaling", "orders has a consumer", KEDA)
def a_consumer_that_is_not_scaled_by_its_lag(documents: Documents) -> None:
    named(documents, "ScaledObject", "orders")["spec"]["triggers"].pop(0)


@fault("scaling", "no ScaledObject for payments", KEDA)
def a_consumer_that_is_forgotten(documents: Documents) -> None:
    documents.remove(named(documents, "ScaledObject", "payments"))


@fault("scaling", "no node could ever be emptied")
def a_budget_of_every_pod(documents: Documents) -> None:
    budget = named(documents, "PodDisruptionBudget", "orders")["spec"]
    del budget["maxUnavailable"]
    budget["minAvailable"] = 2


@fault("scaling", "no node could ever be emptied")
def a_budget_of_none(documents: Documents) -> None:
    named(documents, "PodDisruptionBudget", "orders")["spec"]["maxUnavailable"] = 0


@fault("monitoring", "nobody shows boxoffice_lag")
def an_alert_on_what_nobody_shows(documents: Documents) -> None:
    next(rules(documents))["expr"] = "boxoffice_lag > 1"


@fault("monitoring", "boxoffice_requests_total has no label code")
def an_alert_on_a_label_that_is_not_there(documents: Documents) -> None:
    next(rules(documents))["expr"] = 'rate(boxoffice_requests_total{code="500"}[5m]) > 1'


@fault("monitoring", "nothing here has the label route")
def an_alert_by_a_label_that_is_not_there(documents: Documents) -> None:
    next(rules(documents))["expr"] = "sum by (route) (boxoffice_conflicts_total) > 1"


@fault("monitoring", "cannot be read")
def an_alert_that_cannot_be_read(documents: Documents) -> None:
    next(rules(documents))["expr"] = "sum by (boxoffice_conflicts_total > 1"


@fault("monitoring", "no description")
def an_alert_that_says_too_little(documents: Documents) -> None:
    del next(rules(documents))["annotations"]["description"]


@fault("monitoring", "its runbook_url leads nowhere")
def an_alert_whose_runbook_is_a_path(documents: Documents) -> None:
    next(rules(documents))["annotations"]["runbook_url"] = "docs/operating.md#outbox-old"


@fault("monitoring", "speaks of the label pod, which the answer does not have")
def an_alert_that_speaks_of_what_it_has_added_up(documents: Documents) -> None:
    next(rules(documents))["annotations"]["summary"] = "{{ $labels.pod }} is late"


@fault("monitoring", "nobody shows boxoffice_sales_total")
def a_panel_of_what_nobody_shows(documents: Documents) -> None:
    for name, text in named(documents, "ConfigMap", "dashboards")["data"].items():
        changed = text.replace("boxoffice_requests_total", "boxoffice_sales_total")
        named(documents, "ConfigMap", "dashboards")["data"][name] = changed
