import pytest

from promoter.diff import Options, diff
from promoter.diff.reach import quantity
from promoter.diff.risks import large_change
from promoter.diff.risks.images import is_lower

POD = "{{spec: {{containers: [{{name: web, {}}}], {}}}}}"


def thing(kind, spec="", group="v1", name="x", more="", namespace="n"):
    metadata = f"metadata: {{name: {name}, namespace: {namespace}{more}}}"
    return f"---\napiVersion: {group}\nkind: {kind}\n{metadata}\n{spec}\n"


def workload(container="image: a", pod="", kind="Deployment", more=""):
    return thing(kind, f"spec: {{{more} template: {POD.format(container, pod)}}}", "apps/v1")


def found(rendered, before, after, **options):
    changes = diff(rendered(before), rendered(after), Options(**options)).changes
    return [(risk.name, risk.level, risk.message) for change in changes for risk in change.risks]


def names(rendered, before, after):
    return [name for name, _, _ in found(rendered, before, after)]


CLAIM = "spec: {{resources: {{requests: {{storage: {}}}}}}}"
INGRESS = "spec: {{rules: [{{host: {}}}]}}"
PRIVILEGED = "image: a, securityContext: {privileged: true}"
ROLE = (
    "roleRef: {{kind: ClusterRole, name: {}}}\nsubjects: [{{kind: ServiceAccount, name: ci, namespace: n}}]"
)


@pytest.mark.parametrize(
    ("before", "after", "name", "message"),
    [
        (thing("Namespace"), "", "namespace-deleted", "with everything in it"),
        (thing("CustomResourceDefinition"), "", "crd-deleted", "every x in the cluster"),
        (thing("PersistentVolumeClaim"), "", "data-deleted", "PersistentVolumeClaim x is gone"),
        (thing("StatefulSet", group="apps/v1"), "", "data-deleted", "StatefulSet x is gone"),
        (thing("Deployment", group="apps/v1"), "", "workload-deleted", "Deployment x is gone"),
        (
            thing("Application", group="argoproj.io/v1alpha1"),
            "",
            "controller-object-deleted",
            "Application x is gone",
        ),
        (
            thing("PersistentVolumeClaim", CLAIM.format("2Gi")),
            thing("PersistentVolumeClaim", CLAIM.format("1500Mi")),
            "storage-shrunk",
            "2Gi → 1500Mi",
        ),
        (
            workload(more="selector: {matchLabels: {a: b}},"),
            workload(more="selector: {matchLabels: {a: c}},"),
            "immutable-field",
            "spec.selector.matchLabels.a: b → c",
        ),
        (
            workload(kind="StatefulSet", more="serviceName: a,"),
            workload(kind="StatefulSet", more="serviceName: b,"),
            "immutable-field",
            "spec.serviceName: a → b",
        ),
        (
            thing("ClusterRoleBinding", ROLE.format("a")),
            thing("ClusterRoleBinding", ROLE.format("b")),
            "immutable-field",
            "roleRef.name: a → b",
        ),
        (
            thing("Service", "spec: {clusterIP: 1.1.1.1}"),
            thing("Service", "spec: {clusterIP: 1.1.1.2}"),
            "immutable-field",
            "spec.clusterIP: 1.1.1.1 → 1.1.1.2",
        ),
        (
            thing("ConfigMap", "immutable: true\ndata: {a: b}"),
            thing("ConfigMap", "immutable: true\ndata: {a: c}"),
            "immutable-field",
            "data.a: b → c",
        ),
        (
            thing("ConfigMap", "data: {a: b}"),
            thing("ConfigMap", "data: {a: b}", namespace="m"),
            "moved-across-namespaces",
            "namespace n → m",
        ),
        (
            thing("ConfigMap", "data: {a: b, c: d}"),
            thing("ConfigMap", "data: {a: b, c: d}", name="y"),
            "renamed",
            "name x → y",
        ),
        (workload(), workload(PRIVILEGED), "privileged", "securityContext.privileged: (none) → true"),
        ("", workload(PRIVILEGED), "privileged", "securityContext.privileged: (none) → true"),
        (
            workload(),
            workload("image: a, securityContext: {capabilities: {add: [SYS_ADMIN]}}"),
            "privileged",
            "capabilities.add: (none) → SYS_ADMIN",
        ),
        (
            workload(pod="securityContext: {runAsUser: 1000}"),
            workload(pod="securityContext: {runAsUser: 0}"),
            "privileged",
            "spec.template.spec.securityContext.runAsUser: 1000 → 0",
        ),
        (
            workload("image: a, securityContext: {runAsNonRoot: true}"),
            workload("image: a, securityContext: {runAsNonRoot: false}"),
            "privileged",
            "containers[name=web].securityContext.runAsNonRoot: true → false",
        ),
        (workload(), workload(pod="hostNetwork: true"), "host-access", "hostNetwork: false → true"),
        (
            workload(),
            workload(pod="volumes: [{name: v, hostPath: {path: /var/run}}]"),
            "host-access",
            "spec.template.spec.volumes[name=v].hostPath.path: (none) → /var/run",
        ),
        (
            "",
            thing("ClusterRoleBinding", ROLE.format("cluster-admin")),
            "cluster-role-binding",
            "ServiceAccount n/ci: (no rights) → cluster-admin in the whole cluster",
        ),
        (thing("NetworkPolicy"), "", "network-policy-removed", "NetworkPolicy x"),
        (workload(more="replicas: 5,"), workload(more="replicas: 2,"), "replicas-dropped", "5 → 2"),
        (workload(more="replicas: 5,"), workload(), "replicas-dropped", "spec.replicas: 5 → (none)"),
        (
            thing("HorizontalPodAutoscaler", "spec: {minReplicas: 3}"),
            thing("HorizontalPodAutoscaler", "spec: {minReplicas: 1}"),
            "replicas-dropped",
            "spec.minReplicas: 3 → 1",
        ),
        (
            thing("Ingress", INGRESS.format("a.example")),
            thing("Ingress", INGRESS.format("b.example")),
            "host-removed",
            "host a.example → (none)",
        ),
        (
            workload("image: 'r/a:1.10.0'"),
            workload("image: 'r/a:1.9.0'"),
            "image-downgraded",
            "1.10.0 → r/a:1.9.0",
        ),
        (
            workload("image: 'ghcr.io/a/b:1'"),
            workload("image: 'quay.io/a/b:1'"),
            "registry-changed",
            "ghcr.io/a/b:1 → quay.io/a/b:1",
        ),
        (workload("image: 'a:1'"), workload("image: 'a:latest'"), "image-unpinned", "a:1 → a:latest"),
        (thing("PodDisruptionBudget"), "", "guard-removed", "all pods may be evicted at once"),
        (thing("HorizontalPodAutoscaler"), "", "guard-removed", "nothing adds replicas"),
        (
            workload("image: a, readinessProbe: {httpGet: {port: 80}}"),
            workload(),
            "probe-removed",
            "containers[name=web].readinessProbe: set → (none)",
        ),
        (
            workload("image: a, resources: {limits: {memory: 1Gi}}"),
            workload(),
            "limit-removed",
            "resources.limits.memory: 1Gi → (none)",
        ),
        (
            workload("image: a, resources: {limits: {cpu: 1}}"),
            workload("image: a, resources: {limits: {cpu: 500m}}"),
            "limit-cut",
            "resources.limits.cpu: 1 → 500m",
        ),
        (
            thing("CronJob", "spec: {suspend: false}"),
            thing("CronJob", "spec: {suspend: true}"),
            "suspended",
            "→ true",
        ),
    ],
)
def test_each_risk_names_field_and_values(rendered, before, after, name, message):
    risks = found(rendered, before, after)

    assert [risk[0] for risk in risks] == [name]
    assert message in risks[0][2]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            thing("PersistentVolumeClaim", CLAIM.format("1Gi")),
            thing("PersistentVolumeClaim", CLAIM.format("1024Mi")),
        ),
        (workload(more="replicas: 2,"), workload(more="replicas: 5,")),
        (workload(PRIVILEGED), workload(PRIVILEGED.replace("image: a", "image: a:1"))),
        (workload("image: 'a:1.9'"), workload("image: 'a:1.10'")),
        (workload("image: 'a:3f2a9c1'"), workload("image: 'a:0b2a9c1'")),
        (
            thing("Ingress", INGRESS.format("a.example")),
            thing("Ingress", INGRESS.format("a.example"), name="other"),
        ),
        (
            workload("image: a, resources: {limits: {cpu: 1}}"),
            workload("image: a, resources: {limits: {cpu: 1000m}}"),
        ),
        ("", thing("RoleBinding", ROLE.format("view"))),
        (workload(more="replicas: 1,"), workload()),
        (workload("image: a}, {name: side, image: b, resources: {limits: {cpu: 1}}"), workload()),
        (
            workload(kind="StatefulSet", more="replicas: 1,"),
            workload(kind="StatefulSet", more="replicas: 2,"),
        ),
    ],
)
def test_what_does_not_hurt_is_not_a_risk(rendered, before, after):
    assert set(names(rendered, before, after)) <= {"renamed"}


def test_no_replicas_at_all_is_a_high_risk(rendered):
    (risk,) = found(rendered, workload(more="replicas: 2,"), workload(more="replicas: 0,"))

    assert risk == ("replicas-dropped", "high", "spec.replicas: 2 → 0; nothing runs any more")


def test_something_removed_that_is_still_referred_to_is_named_with_the_one_that_does(rendered):
    user = workload("image: a, envFrom: [{configMapRef: {name: x}}]")

    (risk,) = found(rendered, user + thing("ConfigMap"), user)

    assert risk == (
        "still-referenced",
        "high",
        "ConfigMap x is no longer rendered, but Deployment/x still refers to it",
    )


@pytest.mark.parametrize(
    ("prunes", "said"),
    [
        (True, "the controller's prune deletes it"),
        (False, "prune is off, so it stays behind"),
        (None, "it is deleted if the controller prunes"),
    ],
)
def test_a_removal_says_whether_prune_would_delete(rendered, prunes, said):
    ((_, _, message),) = found(rendered, thing("Deployment"), "", prunes=prunes)

    assert message.endswith(said)


@pytest.mark.parametrize(
    "more",
    [
        ", annotations: {argocd.argoproj.io/sync-options: 'Validate=false, Prune=false'}",
        ", annotations: {kustomize.toolkit.fluxcd.io/prune: disabled}",
        ", labels: {kustomize.toolkit.fluxcd.io/prune: disabled}",
        ", annotations: {helm.sh/resource-policy: keep}",
    ],
)
def test_an_object_that_is_protected_from_pruning_says_so(rendered, more):
    ((_, _, message),) = found(rendered, thing("Deployment", more=more), "", prunes=True)

    assert message.endswith("it is marked to be kept when it is no longer rendered")


def test_the_gravest_risk_of_an_object_comes_first(rendered):
    risks = found(
        rendered,
        workload("image: 'a:2.0'"),
        workload("image: 'a:1.0', securityContext: {privileged: true}"),
    )

    assert [level for _, level, _ in risks] == ["high", "medium"]


def test_a_secret_that_is_immutable_is_a_risk_without_its_values(rendered):
    secret = "immutable: true\nstringData: {a: hunter2}"

    (risk,) = found(rendered, thing("Secret", secret), thing("Secret", secret.replace("2", "3")))

    assert risk[2] == "stringData.a: the field cannot change in place"


@pytest.mark.parametrize(
    ("sizes", "risky"),
    [
        ([("a", 59)], False),
        ([("a", 60)], True),
        ([(f"app{n}", 1) for n in range(10)], True),
        ([("a", 1)] * 12, False),
    ],
)
def test_a_change_of_many_apps_or_objects_is_large(sizes, risky):
    assert bool(large_change(sizes)) is risky


@pytest.mark.parametrize(
    ("new", "old", "lower"),
    [
        ("1.9.0", "1.10.0", True),
        ("v1.2", "v1.2.1", True),
        ("2.0.0-rc1", "2.0.0", True),
        ("2.0.0-alpine", "2.0.0", False),
        ("2024.01.02", "2024.1.1", False),
        ("abc", "1.0", False),
        ("latest", "latest", False),
    ],
)
def test_only_clear_versions_are_ordered(new, old, lower):
    assert is_lower(new, old) is lower


@pytest.mark.parametrize(
    ("value", "number"),
    [("500m", 0.5), ("1Gi", 2**30), ("1G", 10**9), (2, 2), ("1e3", 1000), ("1E", 10**18), ("0.5", 0.5)],
)
def test_quantities_are_numbers(value, number):
    assert quantity(value) == number


@pytest.mark.parametrize("value", ["", "abc", None, True, "1Qi", [], "1..2"])
def test_what_is_no_quantity_is_none(value):
    assert quantity(value) is None


@pytest.mark.parametrize(("size", "shrunk"), [("1Gi", True), ("2Gi", False), ("3Gi", False)])
def test_a_claim_that_a_stateful_set_makes_cannot_shrink_either(rendered, size, shrunk):
    def made(wanted):
        claim = f"{{metadata: {{name: data}}, {CLAIM.format(wanted)}}}"
        return thing("StatefulSet", f"spec: {{volumeClaimTemplates: [{claim}]}}", "apps/v1")

    told = [
        message for name, _, message in found(rendered, made("2Gi"), made(size)) if name == "storage-shrunk"
    ]

    where = "spec.volumeClaimTemplates[data].spec.resources.requests.storage"
    assert told == ([f"{where}: 2Gi → {size}; a claim cannot shrink"] if shrunk else [])
