"""What would be let through, let in, refused or used up."""

from tests.deploy.kubernetes.documents import Document, named
from tests.deploy.kubernetes.faults import (
    COLLECTOR,
    KEDA,
    LOCAL,
    container,
    deployment,
    fault,
    policy,
    remove,
    spec,
)

Documents = list[Document]
NAME = "app.kubernetes.io/name"


@fault("policies", "Deployment/orders: ingress is not limited")
def nothing_that_limits_the_way_in(documents: Documents) -> None:
    documents[:] = [each for each in documents if each["kind"] != "NetworkPolicy"]


@fault("policies", "expiration → mongo:27017: allowed, and nobody needs it")
def a_way_to_a_store_that_is_not_needed(documents: Documents) -> None:
    to = {"podSelector": {"matchLabels": {NAME: "mongo"}}}
    policy(documents, "expiration")["egress"].append({"to": [to], "ports": [{"port": 27017}]})
    policy(documents, "mongo")["ingress"].append({"ports": [{"port": 27017}]})


@fault("policies", "tickets → orders:3000: allowed, and nobody needs it")
def services_that_may_call_each_other(documents: Documents) -> None:
    inside = {"podSelector": {"matchLabels": {"app.kubernetes.io/component": "service"}}}
    policy(documents, "tickets")["egress"].append({"to": [inside], "ports": [{"port": "http"}]})
    policy(documents, "orders").setdefault("ingress", []).append({"from": [inside]})


@fault("policies", "orders → nats:4222: needed, and not allowed")
def a_way_that_is_closed(documents: Documents) -> None:
    policy(documents, "orders")["egress"] = [
        rule for rule in policy(documents, "orders")["egress"] if rule["ports"][0]["port"] != 4222
    ]


@fault("policies", "orders → mongo:27017: needed, and not allowed")
def a_door_that_is_closed(documents: Documents) -> None:
    del policy(documents, "mongo")["ingress"]


@fault("policies", "nats → nats:6222: needed, and not allowed")
def members_that_cannot_meet(documents: Documents) -> None:
    policy(documents, "nats")["egress"] = []


@fault("policies", "orders → anywhere:443: allowed, and nobody needs it")
def a_way_out(documents: Documents) -> None:
    out = {"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}], "ports": [{"port": 443}]}
    policy(documents, "orders")["egress"].append(out)


@fault("policies", "payments → anywhere:443: needed, and not allowed")
def no_way_to_stripe(documents: Documents) -> None:
    remove(documents, "NetworkPolicy", "to-external-stripe")


@fault("policies", "orders → namespace kube-system:53: needed, and not allowed")
def no_way_to_ask_for_a_name(documents: Documents) -> None:
    remove(documents, "NetworkPolicy", "dns")


@fault("policies", "orders → anywhere:53: needed, and not allowed")
def no_way_to_a_cache_on_the_node(documents: Documents) -> None:
    asked = policy(documents, "dns")["egress"]
    asked[:] = [rule for rule in asked if "ipBlock" not in rule["to"][0]]


@fault("policies", "orders → namespace openshift-dns:5353: needed, and not allowed")
def no_way_to_the_resolver_of_openshift(documents: Documents) -> None:
    asked = policy(documents, "dns")["egress"]
    asked[:] = [rule for rule in asked if rule["ports"][0]["port"] != 5353]


@fault("policies", "orders → namespace monitoring:4318: needed, and not allowed", COLLECTOR)
def no_way_to_the_collector(documents: Documents) -> None:
    remove(documents, "NetworkPolicy", "to-collector")


@fault("policies", "draw-secrets → anywhere:443: allowed, and nobody needs it", LOCAL)
def a_job_that_reaches_the_api_server_where_it_mostly_is(documents: Documents) -> None:
    policy(documents, "draw-secrets")["egress"] = [{"ports": [{"port": 443}]}]


@fault("policies", "draw-secrets → anywhere:0: needed, and not allowed", LOCAL)
def a_job_that_cannot_reach_the_api_server_everywhere(documents: Documents) -> None:
    policy(documents, "draw-secrets")["egress"] = [{"ports": [{"port": 6443}]}]


@fault("policies", "anywhere → orders:3000: allowed, and nobody needs it")
def a_door_for_every_namespace(documents: Documents) -> None:
    everybody = {"from": [{"namespaceSelector": {}}], "ports": [{"port": 3000}]}
    policy(documents, "orders").setdefault("ingress", []).append(everybody)


@fault("policies", "namespace monitoring → orders:3000: needed, and not allowed")
def no_door_for_prometheus(documents: Documents) -> None:
    remove(documents, "NetworkPolicy", "from-monitoring")


@fault("policies", "namespace keda → nats:8222: needed, and not allowed", KEDA)
def no_door_for_keda(documents: Documents) -> None:
    remove(documents, "NetworkPolicy", "from-keda")


@fault("references", "no Secret/ticketing-dev")
def a_certificate_that_nobody_has(documents: Documents) -> None:
    remove(documents, "Secret", "ticketing-dev")


@fault("names", "-long: its name would be refused")
def a_name_without_room_for_a_suffix(documents: Documents) -> None:
    deployment(documents)["metadata"]["name"] += "-long" * 10


@fault("names", "Service/Orders: its name would be refused")
def a_name_in_capitals(documents: Documents) -> None:
    named(documents, "Service", "orders")["metadata"]["name"] = "Orders"


@fault("names", "the label note: ")
def a_label_that_is_too_long(documents: Documents) -> None:
    deployment(documents)["metadata"]["labels"]["note"] = "x" * 64


@fault("names", "the key a key would be refused")
def a_key_with_a_space(documents: Documents) -> None:
    named(documents, "ConfigMap", "dashboards")["data"]["a key"] = "{}"


@fault("names", "the port name 'http-for-everybody' would be refused")
def a_port_name_of_more_than_15_letters(documents: Documents) -> None:
    container(documents)["ports"][0]["name"] = "http-for-everybody"


@fault("names", "the variable A-B would be refused")
def a_variable_with_a_dash(documents: Documents) -> None:
    container(documents)["env"].append({"name": "A-B", "value": ""})


@fault("names", "uses LATER before it is there")
def a_variable_before_its_time(documents: Documents) -> None:
    container(documents)["env"].insert(0, {"name": "NOW", "value": "$(LATER)"})


@fault("names", "1 variables come twice")
def a_variable_that_comes_twice(documents: Documents) -> None:
    container(documents)["env"].append(container(documents)["env"][0])


@fault("names", "Deployment/orders Service: its name would be refused")
def a_container_in_capitals(documents: Documents) -> None:
    container(documents)["name"] = "Service"


@fault("names", "the name of a volume would be refused")
def a_volume_with_a_dot(documents: Documents) -> None:
    spec(documents).setdefault("volumes", []).append({"name": "a.b", "emptyDir": {}})


@fault("names", "there are 0 namespaces")
def no_namespace(documents: Documents) -> None:
    remove(documents, "Namespace", "boxoffice")


@fault("names", "Service/orders: is in the namespace default")
def another_namespace(documents: Documents) -> None:
    named(documents, "Service", "orders")["metadata"]["namespace"] = "default"


@fault("quantities", "requests no memory")
def no_request(documents: Documents) -> None:
    del container(documents)["resources"]["requests"]["memory"]


@fault("quantities", "has no limit of memory")
def no_limit(documents: Documents) -> None:
    del container(documents)["resources"]["limits"]["memory"]


@fault("quantities", "requests 1Gi of memory, and 256M is the limit")
def a_request_above_the_limit(documents: Documents) -> None:
    container(documents)["resources"]["requests"]["memory"] = "1Gi"
    container(documents)["resources"]["limits"]["memory"] = "256M"


@fault("quantities", "256MB is no quantity")
def a_quantity_that_is_none(documents: Documents) -> None:
    container(documents)["resources"]["limits"]["memory"] = "256MB"


@fault("quantities", "tmp may fill the node")
def a_folder_without_an_end(documents: Documents) -> None:
    spec(documents).setdefault("volumes", []).append({"name": "tmp", "emptyDir": {}})


def _claim(documents: Documents) -> dict[str, str]:
    claims = named(documents, "StatefulSet", "nats")["spec"]["volumeClaimTemplates"]
    found: dict[str, str] = claims[0]["spec"]["resources"]["requests"]
    return found


@fault("quantities", "8 is hardly a store")
def a_store_of_eight_bytes(documents: Documents) -> None:
    _claim(documents)["storage"] = "8"


@fault("quantities", "8GB is no quantity")
def a_store_of_no_size(documents: Documents) -> None:
    _claim(documents)["storage"] = "8GB"


@fault("security", "does not enforce the restricted profile")
def a_namespace_that_only_warns(documents: Documents) -> None:
    labels = named(documents, "Namespace", "boxoffice")["metadata"]["labels"]
    del labels["pod-security.kubernetes.io/enforce"]


@fault("security", "uses hostNetwork")
def the_network_of_the_node(documents: Documents) -> None:
    spec(documents)["hostNetwork"] = True


@fault("security", "the volume logs is a hostPath")
def a_folder_of_the_node(documents: Documents) -> None:
    volume = {"name": "logs", "hostPath": {"path": "/var/log"}}
    spec(documents).setdefault("volumes", []).append(volume)


@fault("security", "takes a port of the node")
def a_port_of_the_node(documents: Documents) -> None:
    container(documents)["ports"][0]["hostPort"] = 3000


@fault("security", "may run as root")
def root(documents: Documents) -> None:
    spec(documents)["securityContext"]["runAsUser"] = 0


@fault("security", "says no user")
def a_user_that_only_the_image_knows(documents: Documents) -> None:
    del spec(documents)["securityContext"]["runAsUser"]


@fault("security", "has no seccomp profile")
def no_seccomp_profile(documents: Documents) -> None:
    del spec(documents)["securityContext"]["seccompProfile"]


@fault("security", "may gain privileges")
def privileges_to_gain(documents: Documents) -> None:
    del container(documents)["securityContext"]["allowPrivilegeEscalation"]


@fault("security", "keeps capabilities")
def a_capability(documents: Documents) -> None:
    container(documents)["securityContext"]["capabilities"]["add"] = ["NET_BIND_SERVICE"]


@fault("security", "may write into its image")
def a_writable_image(documents: Documents) -> None:
    del container(documents)["securityContext"]["readOnlyRootFilesystem"]


@fault("security", "the image boxoffice:latest is not pinned")
def an_image_that_changes(documents: Documents) -> None:
    container(documents)["image"] = "boxoffice:latest"


@fault("security", "gets a token without a role")
def a_token_for_nothing(documents: Documents) -> None:
    spec(documents)["automountServiceAccountToken"] = True


@fault("security", "has no token for its role", LOCAL)
def a_role_without_a_token(documents: Documents) -> None:
    job = named(documents, "Job", "draw-secrets")["spec"]["template"]["spec"]
    job["automountServiceAccountToken"] = False
