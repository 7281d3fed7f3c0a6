"""Tables about Kubernetes' kinds that its schemas do not tell: scope, deprecation, and names.

It is data with the questions about it, and must not judge anything. The sources are the API's own
deprecation guide and the validation of names in the API server.
"""

from collections.abc import Iterable
from typing import Final

from promoter.lint.objects import child, text
from promoter.lint.schemas import Gvk
from promoter.model import KubeObject

CLUSTER_SCOPED: Final = frozenset(
    [
        "Namespace",
        "Node",
        "PersistentVolume",
        "ComponentStatus",
        "APIService.apiregistration.k8s.io",
        "CustomResourceDefinition.apiextensions.k8s.io",
        "ClusterRole.rbac.authorization.k8s.io",
        "ClusterRoleBinding.rbac.authorization.k8s.io",
        "StorageClass.storage.k8s.io",
        "CSIDriver.storage.k8s.io",
        "CSINode.storage.k8s.io",
        "VolumeAttachment.storage.k8s.io",
        "VolumeAttributesClass.storage.k8s.io",
        "PriorityClass.scheduling.k8s.io",
        "RuntimeClass.node.k8s.io",
        "IngressClass.networking.k8s.io",
        "IPAddress.networking.k8s.io",
        "ServiceCIDR.networking.k8s.io",
        "MutatingWebhookConfiguration.admissionregistration.k8s.io",
        "ValidatingWebhookConfiguration.admissionregistration.k8s.io",
        "ValidatingAdmissionPolicy.admissionregistration.k8s.io",
        "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io",
        "MutatingAdmissionPolicy.admissionregistration.k8s.io",
        "MutatingAdmissionPolicyBinding.admissionregistration.k8s.io",
        "CertificateSigningRequest.certificates.k8s.io",
        "ClusterTrustBundle.certificates.k8s.io",
        "FlowSchema.flowcontrol.apiserver.k8s.io",
        "PriorityLevelConfiguration.flowcontrol.apiserver.k8s.io",
        "DeviceClass.resource.k8s.io",
        "ResourceSlice.resource.k8s.io",
        "StorageVersionMigration.storagemigration.k8s.io",
        "PodSecurityPolicy.policy",
        "PodSecurityPolicy.extensions",
        "TokenReview.authentication.k8s.io",
        "SelfSubjectReview.authentication.k8s.io",
        "SubjectAccessReview.authorization.k8s.io",
        "SelfSubjectAccessReview.authorization.k8s.io",
        "SelfSubjectRulesReview.authorization.k8s.io",
        "ClusterIssuer.cert-manager.io",
        "ClusterSecretStore.external-secrets.io",
        "ClusterExternalSecret.external-secrets.io",
        "GatewayClass.gateway.networking.k8s.io",
        "ClusterPolicy.kyverno.io",
        "VolumeSnapshotClass.snapshot.storage.k8s.io",
        "CiliumClusterwideNetworkPolicy.cilium.io",
        "GlobalNetworkPolicy.crd.projectcalico.org",
    ]
)
_WORKLOADS: Final = ("Deployment", "DaemonSet", "ReplicaSet", "StatefulSet", "ControllerRevision")
# apiVersion, kinds, the minor version that removed it, what serves the kinds since
_REMOVED: Final = (
    ("extensions/v1beta1", ("Deployment", "DaemonSet", "ReplicaSet"), 16, "apps/v1"),
    ("extensions/v1beta1", ("NetworkPolicy",), 16, "networking.k8s.io/v1"),
    ("extensions/v1beta1", ("PodSecurityPolicy",), 16, ""),
    ("extensions/v1beta1", ("Ingress",), 22, "networking.k8s.io/v1"),
    ("apps/v1beta1", _WORKLOADS, 16, "apps/v1"),
    ("apps/v1beta2", _WORKLOADS, 16, "apps/v1"),
    ("networking.k8s.io/v1beta1", ("Ingress", "IngressClass"), 22, "networking.k8s.io/v1"),
    (
        "rbac.authorization.k8s.io/v1beta1",
        ("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"),
        22,
        "rbac.authorization.k8s.io/v1",
    ),
    ("apiextensions.k8s.io/v1beta1", ("CustomResourceDefinition",), 22, "apiextensions.k8s.io/v1"),
    ("apiregistration.k8s.io/v1beta1", ("APIService",), 22, "apiregistration.k8s.io/v1"),
    (
        "admissionregistration.k8s.io/v1beta1",
        ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"),
        22,
        "admissionregistration.k8s.io/v1",
    ),
    ("certificates.k8s.io/v1beta1", ("CertificateSigningRequest",), 22, "certificates.k8s.io/v1"),
    ("coordination.k8s.io/v1beta1", ("Lease",), 22, "coordination.k8s.io/v1"),
    ("scheduling.k8s.io/v1beta1", ("PriorityClass",), 22, "scheduling.k8s.io/v1"),
    (
        "storage.k8s.io/v1beta1",
        ("CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"),
        22,
        "storage.k8s.io/v1",
    ),
    ("batch/v1beta1", ("CronJob",), 25, "batch/v1"),
    ("discovery.k8s.io/v1beta1", ("EndpointSlice",), 25, "discovery.k8s.io/v1"),
    ("events.k8s.io/v1beta1", ("Event",), 25, "events.k8s.io/v1"),
    ("autoscaling/v2beta1", ("HorizontalPodAutoscaler",), 25, "autoscaling/v2"),
    ("policy/v1beta1", ("PodDisruptionBudget",), 25, "policy/v1"),
    ("policy/v1beta1", ("PodSecurityPolicy",), 25, ""),
    ("node.k8s.io/v1beta1", ("RuntimeClass",), 25, "node.k8s.io/v1"),
)
REMOVED: Final = {
    (api_version, kind): (minor, since) for api_version, kinds, minor, since in _REMOVED for kind in kinds
}
# Still served, and no removal is planned: since which minor version, and what to use
DEPRECATED: Final = {
    Gvk("", "v1", "ComponentStatus"): (19, "the health endpoints of the components"),
    Gvk("", "v1", "Endpoints"): (33, "EndpointSlice of discovery.k8s.io/v1"),
}
SEGMENT_NAMES: Final = frozenset(
    [
        "Role.rbac.authorization.k8s.io",
        "RoleBinding.rbac.authorization.k8s.io",
        "ClusterRole.rbac.authorization.k8s.io",
        "ClusterRoleBinding.rbac.authorization.k8s.io",
        "ClusterTrustBundle.certificates.k8s.io",
    ]
)
NAME_LIMITS: Final = {"Namespace": 63, "Service": 63, "CronJob.batch": 52, "Job.batch": 63}


def scopes(crds: Iterable[KubeObject]) -> dict[str, bool]:
    """Whether each kind (`Kind.group`) of these CustomResourceDefinitions belongs to a namespace."""
    found = {}
    for crd in crds:
        spec = child(crd.body, "spec")
        name = f"{text(child(spec, 'names'), 'kind')}.{text(spec, 'group')}"
        found[name] = text(spec, "scope") != "Cluster"
    return found
