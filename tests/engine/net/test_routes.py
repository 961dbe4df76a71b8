from pytest import mark

from boxoffice.net.routes import service_for

ROUTES = {"/": "stock", "/parcels": "courier", "/parcels/lost": "search"}


@mark.parametrize(
    ("path", "service"),
    [
        ("/", "stock"),
        ("/items/1", "stock"),
        ("/parcels", "courier"),
        ("/parcels/1", "courier"),
        ("/parcels/lost", "search"),
        ("/parcelsize", "stock"),
    ],
)
def test_the_longest_prefix_leads_to_a_service(path: str, service: str) -> None:
    assert service_for(path, ROUTES) == service


def test_the_order_of_routes_means_nothing() -> None:
    backwards = dict(reversed(ROUTES.items()))
    assert service_for("/parcels/lost/1", backwards) == "search"


def test_a_prefix_may_end_in_a_slash() -> None:
    assert service_for("/parcels/1", {"/parcels/": "courier"}) == "courier"
    assert service_for("/parcels", {"/parcels/": "courier"}) == "courier"


def test_a_path_without_a_route_leads_nowhere() -> None:
    assert service_for("/items", {"/parcels": "courier"}) is None
