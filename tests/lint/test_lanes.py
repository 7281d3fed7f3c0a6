from promoter.lint.lanes import Lanes
from promoter.lint.source import Root
from promoter.model import Deployable, Destination, KubeObject, Location, ObjectKey, Rendered


def config_map(name: str, namespace: str = "") -> KubeObject:
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace}}
    return KubeObject(ObjectKey.of(body), body)


def root(
    app: str,
    *objects: KubeObject,
    environment: str = "prod",
    namespace: str = "",
    cluster: str = "",
    controller: str = "argocd",
) -> Root:
    deployable = Deployable(
        controller,
        "Application",
        app,
        app,
        environment,
        app,
        Location(app),
        destination=Destination(cluster),
    )
    return Root(app, app, environment, namespace, Rendered(app, objects, ""), deployable)


def names(lanes: Lanes, of: Root) -> list[str]:
    found = lanes.around(of).known.get("ConfigMap", ())
    return [f"{item.key.namespace}/{item.key.name}" for item in found]


def test_two_apps_of_an_environment_see_each_other_where_they_are_deployed() -> None:
    web = root("web", config_map("a"), namespace="shop")
    api = root("api", config_map("b"), config_map("c", "other"), namespace="back")
    lanes = Lanes([web, api], [])
    assert names(lanes, web) == names(lanes, api) == ["shop/a", "back/b", "other/c"]


def test_two_environments_do_not_see_each_other() -> None:
    prod, dev = root("web", config_map("a")), root("api", config_map("b"), environment="dev")
    lanes = Lanes([prod, dev], [])
    assert names(lanes, prod) == ["/a"]


def test_two_clusters_do_not_see_each_other() -> None:
    west, east = root("web", config_map("a"), cluster="west"), root("api", config_map("b"), cluster="east")
    assert names(Lanes([west, east], []), west) == ["/a"]


def test_variants_of_one_app_do_not_see_each_other_but_share_the_rest() -> None:
    first, second = root("web", config_map("a")), root("web", config_map("b"))
    shared = root("api", config_map("c"))
    lanes = Lanes([first, second, shared], [])
    assert names(lanes, first) == ["/a", "/c"]
    assert names(lanes, second) == ["/b", "/c"]


def test_roots_that_are_deployed_to_no_known_environment_are_together() -> None:
    one, other = root("web", config_map("a"), environment=""), root("api", config_map("b"), environment="")
    assert names(Lanes([one, other], []), one) == ["/a", "/b"]


def test_roots_that_nothing_deploys_are_alone() -> None:
    one = Root("a", "", "", "", Rendered("a", (config_map("a"),), ""))
    other = Root("b", "", "", "", Rendered("b", (config_map("b"),), ""))
    assert names(Lanes([one, other], []), one) == ["/a"]


def test_roots_that_only_the_layout_suggests_are_not_seen_by_those_that_are_deployed() -> None:
    deployed = root("web", config_map("a"))
    guessed = root("api", config_map("b"), controller="layout")
    assert names(Lanes([deployed, guessed], []), deployed) == ["/a"]


def test_kinds_of_the_whole_cluster_get_no_namespace() -> None:
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
    web = root("web", KubeObject(ObjectKey.of(body), body), namespace="shop")
    assert [item.key.namespace for item in Lanes([web], []).around(web).known["Namespace"]] == [""]
