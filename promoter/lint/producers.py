"""Which ConfigMaps and Secrets exist once a root is deployed: written out, or made by a controller.

It must not judge who refers to them. What a controller makes counts as existing, with keys unknown.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final

from promoter.frozen import frozen
from promoter.lint.generating import is_generated
from promoter.lint.objects import at, child, kind_of, mapping, mappings, strings, text
from promoter.lint.surroundings import Surroundings
from promoter.model import KubeObject

COPIED: Final = (
    "reflector.v1.k8s.emberstack.com/reflection-auto-enabled",
    "reflector.v1.k8s.emberstack.com/reflection-allowed",
    "replicator.v1.mittwald.de/replicate-to",
    "replicator.v1.mittwald.de/replicate-to-matching",
    "kubed.appscode.com/sync",
)
# Where each kind says the name of the Secret that it makes, and whether its own name is one.
MADE: Final[Mapping[str, tuple[str, ...]]] = {
    "SealedSecret.bitnami.com": ("template", "metadata", "name"),
    "ExternalSecret.external-secrets.io": ("target", "name"),
    "Certificate.cert-manager.io": ("secretName",),
    "InfisicalSecret.secrets.infisical.com": ("managedSecretReference", "secretName"),
}
MADE_OWN_NAME: Final = (
    "SealedSecret.bitnami.com",
    "ExternalSecret.external-secrets.io",
    "OnePasswordItem.onepassword.com",
)
MADE_LISTS: Final = {
    "SopsSecret.isindir.github.com": ("secretTemplates", "name"),
    "SecretProviderClass.secrets-store.csi.x-k8s.io": ("secretObjects", "secretName"),
}
# A controller adds keys to what carries these; a ServiceAccount's token arrives the same way.
FILLED: Final = (
    "service.beta.openshift.io/inject-cabundle",
    "config.openshift.io/inject-trusted-cabundle",
    "cert-manager.io/inject-ca-from",
)
TOKEN: Final = "kubernetes.io/service-account-token"  # noqa: S105 -- the name of a type
SERVING: Final = (
    "service.beta.openshift.io/serving-cert-secret-name",
    "service.alpha.openshift.io/serving-cert-secret-name",
)
ALWAYS: Final = ("kube-root-ca.crt", "istio-ca-root-cert", "openshift-service-ca.crt")


@frozen(eq=False)
class Produced:
    """ConfigMaps or Secrets by namespace and name, with their keys; None for keys that nobody can know.

    `anywhere` are the names that exist in every namespace; policies of the surroundings `around` may make
    more of the `kind`.
    """

    kind: str
    around: Surroundings
    keys: Mapping[tuple[str, str], frozenset[str] | None]
    anywhere: frozenset[str]

    def has(self, namespace: str, name: str) -> bool:
        """Whether the object exists."""
        return (
            name in self.anywhere
            or (namespace, name) in self.keys
            or is_generated(self.around, self.kind, name)
        )

    def lacks(self, namespace: str, name: str, key: str) -> bool:
        """Whether the object exists, and certainly without the key."""
        known = self.keys.get((namespace, name))
        return known is not None and key not in known


@lru_cache(maxsize=64)
def config_maps(around: Surroundings) -> Produced:
    """The ConfigMaps that exist in the surroundings."""
    written = around.known.get("ConfigMap", ())
    keys: dict[tuple[str, str], frozenset[str] | None] = {
        (item.key.namespace, item.key.name): _keys(item) for item in written
    }
    bundles = {item.key.name for item in around.known.get("Bundle.trust.cert-manager.io", ())}
    return Produced("ConfigMap", around, keys, frozenset((*ALWAYS, *bundles, *_copied(written))))


@lru_cache(maxsize=64)
def secrets(around: Surroundings) -> Produced:
    """The Secrets that exist in the surroundings."""
    written = around.known.get("Secret", ())
    keys: dict[tuple[str, str], frozenset[str] | None] = {
        (item.key.namespace, name): None
        for listed in around.known.values()
        for item in listed
        for name in _made(item)
    }
    keys |= {(item.key.namespace, item.key.name): _keys(item) for item in written}
    everywhere = {
        text(child(item.body, "spec"), "externalSecretName") or item.key.name
        for item in around.known.get("ClusterExternalSecret.external-secrets.io", ())
    }
    return Produced("Secret", around, keys, frozenset((*everywhere, *_copied(written))))


def _keys(item: KubeObject) -> frozenset[str] | None:
    metadata = child(item.body, "metadata")
    marks = {**strings(metadata.get("labels")), **strings(metadata.get("annotations"))}
    if item.body.get("type") == TOKEN or any(name in marks for name in FILLED):
        return None
    fields = ("data", "binaryData", "stringData")
    return frozenset(name for field in fields for name in child(item.body, field))


def _copied(items: Iterable[KubeObject]) -> Iterator[str]:
    for item in items:
        annotations = strings(child(item.body, "metadata").get("annotations"))
        if any(annotations.get(name, "false") != "false" for name in COPIED):
            yield item.key.name


def _made(item: KubeObject) -> Iterator[str]:
    """The names of the Secrets that a controller makes of the object."""
    spec, kind = child(item.body, "spec"), kind_of(item.key)
    annotations = strings(child(item.body, "metadata").get("annotations"))
    if kind == "Service":
        yield from (annotations[name] for name in SERVING if name in annotations)
    elif kind == "Ingress.networking.k8s.io":
        if any(name.startswith("cert-manager.io/") for name in annotations):
            yield from (text(tls, "secretName") for _, tls in mappings(spec, "tls"))
    elif kind in MADE_LISTS:
        field, name = MADE_LISTS[kind]
        yield from (text(made, name) for _, made in mappings(spec, field))
    elif kind in MADE_OWN_NAME or kind in MADE:
        yield text(mapping(at(spec, MADE[kind][:-1])), MADE[kind][-1]) if kind in MADE else ""
        yield item.key.name if kind in MADE_OWN_NAME else ""
    elif kind.endswith(".secrets.hashicorp.com"):
        yield text(child(spec, "destination"), "name")
