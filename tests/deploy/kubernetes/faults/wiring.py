"""What leads nowhere: names, keys, ports, selectors, paths and routes."""

from tests.deploy.kubernetes.documents import Document, named, template
from tests.deploy.kubernetes.faults import (
    GATEWAY,
    LOCAL,
    container,
    deployment,
    fault,
    remove,
    server,
    spec,
    variable,
)

NAME = "app.kubernetes.io/name"
Documents = list[Document]


@fault("references", "no Secret/jwt")
def a_secret_under_another_name(documents: Documents) -> None:
    variable(documents, "JWT_KEY")["valueFrom"]["secretKeyRef"]["name"] = "jwt"


@fault("references", "Secret/mongo has no order", LOCAL)
def a_secret_under_another_key(documents: Documents) -> None:
    variable(documents, "MONGO_URL")["valueFrom"]["secretKeyRef"]["key"] = "order"


@fault("references", "no Secret/everything")
def a_secret_of_everything(documents: Documents) -> None:
    container(documents)["envFrom"] = [{"secretRef": {"name": "everything"}}]


@fault("references", "has no COOKIES")
def a_setting_under_another_key(documents: Documents) -> None:
    found = variable(documents, "COOKIE_SECURE", "auth")
    found["valueFrom"]["configMapKeyRef"]["key"] = "COOKIES"


@fault("references", "no ConfigMap/nats")
def a_volume_of_another_config_map(documents: Documents) -> None:
    volumes = named(documents, "StatefulSet", "nats")["spec"]["template"]["spec"]["volumes"]
    next(each for each in volumes if "configMap" in each)["configMap"]["name"] = "nats"


@fault("references", "no ServiceAccount/order")
def an_account_that_is_not_there(documents: Documents) -> None:
    spec(documents)["serviceAccountName"] = "order"


@fault("references", "no PersistentVolumeClaim/keep")
def a_claim_that_is_not_there(documents: Documents) -> None:
    volumes = spec(documents).setdefault("volumes", [])
    volumes.append({"name": "keep", "persistentVolumeClaim": {"claimName": "keep"}})


@fault("references", "nobody mounts")
def a_volume_that_nobody_mounts(documents: Documents) -> None:
    server(documents)["volumeMounts"].pop()


@fault("references", "no volume data")
def a_mount_of_no_volume(documents: Documents) -> None:
    named(documents, "StatefulSet", "nats")["spec"]["volumeClaimTemplates"] = []


@fault("references", "no Service/nats-members")
def a_store_without_its_headless_service(documents: Documents) -> None:
    remove(documents, "Service", "nats-members")


@fault("references", "is not headless")
def a_store_whose_members_have_no_names(documents: Documents) -> None:
    del named(documents, "Service", "nats-members")["spec"]["clusterIP"]


@fault("references", "no Role/", LOCAL)
def a_binding_to_no_role(documents: Documents) -> None:
    documents[:] = [each for each in documents if each["kind"] != "Role"]


@fault("references", "RoleBinding/draw-secrets: no ServiceAccount/", LOCAL)
def a_binding_of_no_account(documents: Documents) -> None:
    remove(documents, "ServiceAccount", "draw-secrets")


@fault("references", "grants everything", LOCAL)
def a_role_that_may_do_all(documents: Documents) -> None:
    named(documents, "Role", "draw-secrets")["rules"][0]["verbs"] = ["*"]


@fault("selectors", "does not select its own pods")
def a_pod_under_another_name(documents: Documents) -> None:
    template(deployment(documents))["metadata"]["labels"][NAME] = "order"


@fault("selectors", "selects by app.kubernetes.io/version")
def a_selector_that_changes(documents: Documents) -> None:
    selector = deployment(documents)["spec"]["selector"]["matchLabels"]
    selector["app.kubernetes.io/version"] = "1"


@fault("selectors", "selects the pods of Deployment/tickets")
def a_deployment_that_takes_others_pods(documents: Documents) -> None:
    selector = {"matchLabels": {"app.kubernetes.io/component": "service"}}
    deployment(documents)["spec"]["selector"] = selector


@fault("selectors", "Service/orders: selects nothing")
def a_service_that_selects_nothing(documents: Documents) -> None:
    named(documents, "Service", "orders")["spec"]["selector"] = {NAME: "order"}


@fault("selectors", "PodDisruptionBudget/orders: selects Deployment/auth, ")
def a_budget_over_everything(documents: Documents) -> None:
    budget = named(documents, "PodDisruptionBudget", "orders")
    budget["spec"]["selector"] = {"matchExpressions": [{"key": NAME, "operator": "Exists"}]}


@fault("selectors", "spreads pods that are not its own")
def a_spread_of_others_pods(documents: Documents) -> None:
    constraint = spec(documents)["topologySpreadConstraints"][0]
    constraint["labelSelector"] = {"matchLabels": {NAME: "tickets"}}


@fault("selectors", "Service/orders: has no label")
def a_service_without_a_label(documents: Documents) -> None:
    del named(documents, "Service", "orders")["metadata"]["labels"][NAME]


@fault("selectors", "its pods have no label")
def pods_without_a_label(documents: Documents) -> None:
    del template(deployment(documents))["metadata"]["labels"]["app.kubernetes.io/part-of"]


@fault("selectors", "Service/orders: twice")
def the_same_name_twice(documents: Documents) -> None:
    documents.append(named(documents, "Service", "orders"))


@fault("ports", "has no port web")
def a_port_that_the_pods_do_not_have(documents: Documents) -> None:
    named(documents, "Service", "orders")["spec"]["ports"][0]["targetPort"] = "web"


@fault("ports", "says port 3000 by number")
def a_port_by_its_number(documents: Documents) -> None:
    named(documents, "Service", "orders")["spec"]["ports"][0]["targetPort"] = 3000


@fault("ports", "readinessProbe asks port web")
def a_probe_of_another_port(documents: Documents) -> None:
    container(documents)["readinessProbe"]["httpGet"]["port"] = "web"


@fault("ports", "Service/orders has no port web")
def a_path_to_another_port(documents: Documents) -> None:
    rule = named(documents, "Ingress", "boxoffice")["spec"]["rules"][0]
    for path in rule["http"]["paths"]:
        path["backend"]["service"]["port"] = {"name": "web"}


@fault("ports", "HTTPRoute/boxoffice: no Service/order", GATEWAY)
def a_route_to_no_service(documents: Documents) -> None:
    for rule in named(documents, "HTTPRoute", "boxoffice")["spec"]["rules"]:
        rule["backendRefs"] = [{"name": "order", "port": 3000}]


@fault("ports", "watches nothing")
def a_monitor_of_nothing(documents: Documents) -> None:
    monitor = named(documents, "PodMonitor", "boxoffice")
    monitor["spec"]["selector"] = {"matchLabels": {NAME: "order"}}


@fault("ports", "has no port metrics")
def a_monitor_of_another_port(documents: Documents) -> None:
    monitor = named(documents, "PodMonitor", "boxoffice")
    monitor["spec"]["podMetricsEndpoints"][0]["port"] = "metrics"


@fault("ports", "orders: no Service/broker", LOCAL)
def an_address_of_nobody(documents: Documents) -> None:
    named(documents, "Secret", "nats-users")["stringData"]["orders"] = "nats://broker:4222"


@fault("ports", "STRIPE_API_BASE: Service/stripe-mock has no port 80", LOCAL)
def an_address_with_another_port(documents: Documents) -> None:
    for each in documents:
        if each["kind"] == "ConfigMap" and "STRIPE_API_BASE" in each["data"]:
            each["data"]["STRIPE_API_BASE"] = "http://stripe-mock"


@fault("routes", "/api/orders to tickets leads astray")
def a_path_that_leads_astray(documents: Documents) -> None:
    rule = named(documents, "Ingress", "boxoffice")["spec"]["rules"][0]
    for path in rule["http"]["paths"]:
        path["backend"]["service"]["name"] = "tickets"


@fault("routes", "/api/payments to payments is missing", GATEWAY)
def a_route_that_is_missing(documents: Documents) -> None:
    rules = named(documents, "HTTPRoute", "boxoffice")["spec"]["rules"]
    rules[:] = [rule for rule in rules if rule["backendRefs"][0]["name"] != "payments"]


@fault("routes", "is for tickets.dev")
def another_host(documents: Documents) -> None:
    named(documents, "Ingress", "boxoffice")["spec"]["rules"][0]["host"] = "tickets.dev"


@fault("routes", "a path is not a prefix")
def a_path_that_is_exact(documents: Documents) -> None:
    rule = named(documents, "Ingress", "boxoffice")["spec"]["rules"][0]
    rule["http"]["paths"][0]["pathType"] = "Exact"


@fault("routes", "is not a prefix", GATEWAY)
def a_route_that_is_exact(documents: Documents) -> None:
    rule = named(documents, "HTTPRoute", "boxoffice")["spec"]["rules"][0]
    rule["matches"][0]["path"]["type"] = "Exact"


@fault("routes", "not one way in")
def no_way_in(documents: Documents) -> None:
    remove(documents, "Ingress", "boxoffice")
