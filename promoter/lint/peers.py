"""Which checks of other linters ask the same as a rule: `tool:id`, with TOOLS as the legend.

It is data only; a code may wait here for its rule. Suppressions written for those tools are
accepted through it, and the documentation of a rule lists it.
"""

from collections.abc import Mapping
from typing import Final

TOOLS: Final[Mapping[str, str]] = {
    "AL": "argocd-source-lint",
    "CIS": "CIS Kubernetes Benchmark",
    "CKV": "checkov",
    "DT": "datree",
    "FL": "flux-local",
    "KC": "kubescape",
    "KF": "kubeconform",
    "KL": "kube-linter",
    "KS": "kube-score",
    "KSEC": "kubesec",
    "KY": "kyverno policies",
    "KZ": "kustomize",
    "PL": "pluto",
    "PO": "polaris",
    "PSS": "Pod Security Standards",
}
_TABLE: Final = """
YML001 KF:invalid.yaml
YML002 KF:-strict
YML004 KF:schema-type
YML010 KL:sorted-keys
KUS001 KZ:build FL:test-ks
KUS002 KZ:build AL:orphan-source
KUS003 KZ:DisallowUnknownFields
KUS004 KZ:CheckDeprecatedFields
KUS005 KZ:EnforceFields
KUS006 KZ:build
KUS007 AL:orphan-source
KUS008 KZ:build
KUS009 KZ:build KF:duplicates
KUS010 KY:verify-git-repositories
KUS016 KZ:build
KUS020 KZ:build
KUS023 KZ:build
KUS024 KZ:build
KUS028 KZ:build
KUS031 KZ:build
KUS033 KY:copy-namespace-labels
KUS038 AL:floating-target-revision
ENV001 KY:ensure-production-matches-staging
ENV007 KY:ensure-production-matches-staging
ENV009 KY:replace-ingress-hosts
ENV010 KY:unique-ingress-host-and-path
ENV011 AL:project-scope-violation
IMG001 KL:latest-tag KS:container-image-tag PO:tagNotSpecified CKV:CKV_K8S_14 DT:1 KY:disallow-latest-tag
 KC:C-0075 KC:C-0304
IMG003 CKV:CKV_K8S_43 DT:23 KC:C-0306 KY:require-image-checksum
IMG005 KC:C-0001 KC:C-0078 KY:restrict-image-registries
IMG006 KC:C-0253 KY:restrict-deprecated-registry
IMG008 KS:container-image-pull-policy PO:pullPolicyNotAlways CKV:CKV_K8S_15 KC:C-0075
IMG009 KY:require-imagepullsecrets
IMG010 KY:ensure-production-matches-staging
IMG012 KY:ensure-production-matches-staging
IMG019 CKV:CKV_K8S_33 CKV:CKV_K8S_34 CKV:CKV_K8S_44 CKV:CKV_K8S_45 KC:C-0014 KC:C-0292
 KY:disallow-helm-tiller
IMG020 KC:C-0090 KC:C-0091 CKV:CKV_K8S_159
IMG021 KY:block-ephemeral-containers
SEC101 PSS:privileged KL:privileged-container KS:container-security-context-privileged PO:runAsPrivileged
 CKV:CKV_K8S_16 DT:20 KC:C-0057 KC:C-0193 KSEC:Privileged CIS:5.2.2
SEC102 PSS:hostNamespaces KL:host-ipc KL:host-pid KL:host-network PO:hostIPCSet PO:hostPIDSet
 PO:hostNetworkSet CKV:CKV_K8S_17 CKV:CKV_K8S_18 CKV:CKV_K8S_19 DT:26 DT:27 DT:28 KC:C-0038 KC:C-0041
 KC:C-0194 KC:C-0195 KC:C-0196 KC:C-0275 KC:C-0276 KSEC:HostPID KSEC:HostIPC KSEC:HostNetwork CIS:5.2.3
 CIS:5.2.4 CIS:5.2.5
SEC103 PSS:hostPathVolumes PO:hostPathSet DT:46 KC:C-0048 KC:C-0203 CIS:5.2.11 KY:disallow-host-path
SEC104 PSS:hostPorts PO:hostPortSet CKV:CKV_K8S_26 DT:50 KC:C-0044 KC:C-0204 CIS:5.2.12
SEC105 PSS:capabilities_baseline PO:dangerousCapabilities PO:insecureCapabilities CKV:CKV_K8S_25
 CKV:CKV_K8S_39 DT:49 DT:82 KC:C-0046 KC:C-0200 KSEC:CapSysAdmin
SEC106 PSS:procMount PSS:procMount_restricted KL:unsafe-proc-mount PO:procMount KSEC:ProcMount
SEC107 PSS:seLinuxOptions DT:86 DT:87 DT:88
SEC108 PSS:seccompProfile_baseline KSEC:SeccompUnconfined
SEC109 PSS:appArmorProfile KSEC:ApparmorUnconfined
SEC110 PSS:sysctls KL:unsafe-sysctls
SEC111 PSS:windowsHostProcess PO:hostProcess DT:85 KC:C-0202 CIS:5.2.10
SEC112 PSS:hostProbesAndHostLifecycle
SEC201 PSS:allowPrivilegeEscalation KL:privilege-escalation-container PO:privilegeEscalationAllowed
 CKV:CKV_K8S_20 DT:47 KC:C-0016 KC:C-0197 KC:C-0217 KSEC:AllowPrivilegeEscalation CIS:5.2.6
SEC202 PSS:runAsNonRoot KL:run-as-non-root PO:runAsRootAllowed CKV:CKV_K8S_23 DT:52 KC:C-0013 KC:C-0198
 KC:C-0218 KSEC:RunAsNonRoot CIS:5.2.7
SEC203 PSS:runAsUser KSEC:RunAsUser
SEC204 PSS:capabilities_restricted CKV:CKV_K8S_37 KC:C-0201 KSEC:CapDropAll KSEC:CapDropAny CIS:5.2.9
SEC205 PSS:seccompProfile_restricted KS:container-seccomp-profile CKV:CKV_K8S_31 DT:61 DT:99 KC:C-0210
 KSEC:SeccompAny CIS:5.6.2
SEC206 PSS:restrictedVolumes
SEC207 KL:drop-net-raw-capability CKV:CKV_K8S_28 DT:103 KC:C-0199 CIS:5.2.8
SEC301 KL:no-read-only-root-fs KS:container-security-context-readonlyrootfilesystem
 PO:notReadOnlyRootFilesystem CKV:CKV_K8S_22 DT:45 KC:C-0017 KSEC:ReadOnlyRootFilesystem
SEC302 CKV:CKV_K8S_29 CKV:CKV_K8S_30 DT:100 KC:C-0211 CIS:5.6.3
SEC303 PO:linuxHardening KC:C-0055 KSEC:ApparmorAny
SEC304 KS:container-security-context-user-group-id CKV:CKV_K8S_40 DT:29 DT:51 KSEC:RunAsGroup
SEC305 KL:docker-sock CKV:CKV_K8S_27 DT:30 KC:C-0074 KSEC:DockerSock KY:disallow-cri-sock-mount
SEC306 KL:sensitive-host-mounts KC:C-0020
SEC307 KL:writable-host-mount DT:89 KC:C-0045 KY:ensure-readonly-hostpath
SEC308 KL:privileged-ports
SEC309 KL:ssh-port KC:C-0042
SEC310 KC:C-0062 KY:deny-commands-in-exec-probe
SEC311 CKV:CKV2_K8S_none
SEC312 KSEC:HostAliases
SEC313 KSEC:HostUsers
SEC314 DT:33
SEC315 KC:C-0192 CIS:5.2.1 KY:add-psa-labels
SEC316 KL:scc-deny-privileged-container
SEC317 KC:C-0297
RES001 KL:unset-cpu-requirements KS:container-resources PO:cpuRequestsMissing CKV:CKV_K8S_10 DT:3
 KC:C-0268 KC:C-0050 KSEC:RequestsCPU
RES002 KS:container-resources PO:memoryRequestsMissing CKV:CKV_K8S_12 DT:2 KC:C-0269 KC:C-0004
 KSEC:RequestsMemory
RES003 KL:unset-memory-requirements KS:container-resources PO:memoryLimitsMissing CKV:CKV_K8S_13 DT:4
 KC:C-0271 KC:C-0009 KC:C-0303 KSEC:LimitsMemory
RES004 PO:cpuLimitsMissing CKV:CKV_K8S_11 DT:5 DT:80 KC:C-0270 KSEC:LimitsCPU KY:forbid-cpu-limits
RES006 KS:container-resource-requests-equal-limits KS:container-memory-requests-equal-limits DT:81
 KY:memory-requests-equal-limits
RES007 KS:container-cpu-requests-equal-limits
RES008 KS:container-ephemeral-storage-request-and-limit
 KS:container-ephemeral-storage-request-equals-limit KY:require-emptydir-requests-limits
RES012 KY:add-ns-quota
RES101 KL:no-liveness-probe KS:pod-probes PO:livenessProbeMissing CKV:CKV_K8S_8 DT:11 KC:C-0056
RES102 KL:no-readiness-probe KS:pod-probes PO:readinessProbeMissing CKV:CKV_K8S_9 DT:12 KC:C-0018
RES103 KS:pod-probes-identical KY:ensure-probes-different
RES104 KL:liveness-port KL:readiness-port KL:startup-port
RES105 DT:55 DT:56 DT:57 DT:58 DT:59
RES108 DT:60 KY:mutate-large-termination-gps
RES201 KL:minimum-three-replicas KS:deployment-replicas PO:deploymentMissingReplicas DT:16
 KY:require-deployments-have-multiple-replicas
RES202 KL:no-rolling-update-strategy KS:deployment-strategy KC:C-0305
RES204 KL:no-anti-affinity KS:deployment-has-host-podantiaffinity KS:statefulset-has-host-podantiaffinity
 DT:83 KY:create-pod-antiaffinity
RES205 PO:topologySpreadConstraint KS:pod-topology-spread-constraints KY:topologyspreadconstraints-policy
RES206 KS:pod-topology-spread-constraints DT:84
RES207 KL:no-node-affinity
RES208 KL:priority-class-name PO:priorityClassNotSet KY:require-pod-priorityclassname
RES209 KY:restrict-controlplane-scheduling
RES210 KL:dnsconfig-options KY:add-ndots
RES211 KY:scale-deployment-zero
RES301 KS:deployment-has-poddisruptionbudget KS:statefulset-has-poddisruptionbudget
 PO:missingPodDisruptionBudget KY:require-pdb
RES302 KL:pdb-max-unavailable KL:pdb-min-available PO:pdbDisruptionsIsZero
 PO:pdbMinAvailableGreaterThanHPAMinReplicas KY:deployment-replicas-higher-than-pdb
RES303 KS:poddisruptionbudget-has-policy
RES305 KL:pdb-unhealthy-pod-eviction-policy
RES401 KL:dangling-horizontalpodautoscaler KS:horizontalpodautoscaler-has-target KC:C-0300
 KY:verify-vpa-target
RES402 KS:deployment-targeted-by-hpa-does-not-have-replicas-configured AL:hpa-selfheal-conflict
RES403 KL:hpa-minimum-three-replicas KS:horizontalpodautoscaler-replicas PO:hpaMinAvailability DT:13
RES404 PO:hpaMaxAvailability DT:14
RES405 KY:check-hpa-exists
RES406 KY:prevent-duplicate-hpa KY:prevent-duplicate-vpa
RES501 KL:job-ttl-seconds-after-finished KY:add-ttl-jobs
RES502 KS:cronjob-has-deadline DT:17
RES503 DT:24
RES504 DT:8 KY:validate-cron-schedule
RES505 KL:restart-policy KS:cronjob-restartpolicy DT:10
RES601 DT:25 KC:C-0073 KY:prevent-bare-pods
RES602 DT:41
RES603 KS:statefulset-has-servicename
RES604 KY:restart-deployment-on-secret-change
RES605 DT:38 DT:42 DT:43
RES606 DT:35 DT:36 DT:40 DT:44 CKV:CKV_K8S_ARGO_1 CKV:CKV_K8S_ARGO_2
REF001 KL:mismatching-selector KS:deployment-pod-selector-labels-match-template-metadata-labels
 KS:statefulset-pod-selector-labels-match-template-metadata-labels KC:C-0296
REF002 KY:require-unique-service-selector
REF003 KL:dangling-service KS:service-targets-pod KC:C-0293
REF004 KL:invalid-target-ports
REF005 KL:env-value-from
REF006 KL:env-value-from
REF007 KL:env-value-from
REF008 KL:non-existent-service-account KC:C-0307 KY:check-serviceaccount
REF009 KC:C-0257
REF011 KL:duplicate-env-var KS:environment-variable-key-duplication KS:container-ports-check KC:C-0295
REF012 KL:dangling-servicemonitor
REF014 PO:clusterrolebindingPodExecAttach-missing
REF015 FL:test
REF017 KY:restrict-issuer
REF019 AL:double-coverage KF:duplicates
NET001 KL:non-isolated-pod KS:pod-networkpolicy PO:missingNetworkPolicy CKV:CKV2_K8S_6 KC:C-0260 KC:C-0030
 KY:require-netpol
NET002 KL:dangling-networkpolicy KS:networkpolicy-targets-pod KC:C-0299
NET003 KL:dangling-networkpolicypeer-podselector
NET004 KC:C-0206 KC:C-0049 KC:C-0054 CIS:5.3.2 KY:add-network-policy
NET005 KY:restrict-networkpolicy-empty-podselector
NET007 KY:add-networkpolicy-dns
NET101 KL:exposed-services KS:service-type DT:7 KY:restrict-node-port
NET102 KY:restrict-loadbalancer
NET103 KY:restrict-service-port-range
NET104 KY:restrict-service-external-ips
NET105 KY:require-container-port-names
NET106 DT:34
NET201 KL:dangling-ingress KS:ingress-targets-service KC:C-0298
NET202 KC:C-0302
NET203 PO:tlsSettingsMissing KC:C-0263 KY:require-ingress-https
NET204 KY:ingress-host-match-tls
NET205 DT:6 KY:disallow-empty-ingress-host KY:restrict-ingress-wildcard
NET206 KY:unique-ingress-host-and-path
NET207 KY:restrict-ingress-classes
NET208 CKV:CKV_K8S_152 CKV:CKV_K8S_153 CKV:CKV_K8S_154 DT:31 DT:32 KC:C-0059
 KY:disallow-ingress-nginx-custom-snippets
STO001 KY:require-storageclass
STO002 KSEC:VolumeClaimAccessModeReadWriteOnce
STO003 KSEC:VolumeClaimRequestsStorage
STO006 KY:allowed-label-changes
STO007 KY:backup-all-volumes
RBAC001 KL:cluster-admin-role-binding PO:clusterrolebindingClusterAdmin
 PO:rolebindingClusterAdminClusterRole PO:rolebindingClusterAdminRole DT:95 KC:C-0035 KC:C-0267 KC:C-0272
 CIS:5.1.1 KY:restrict-binding-clusteradmin
RBAC002 KL:wildcard-in-rules CKV:CKV_K8S_49 DT:97 KC:C-0187 CIS:5.1.3 KY:restrict-wildcard-verbs
RBAC003 KL:access-to-secrets CKV:CKV2_K8S_5 DT:96 KC:C-0015 KC:C-0186 CIS:5.1.2
RBAC004 KL:access-to-create-pods DT:101 KC:C-0188 CIS:5.1.4
RBAC005 PO:rolePodExecAttach PO:clusterrolePodExecAttach PO:rolebindingRolePodExecAttach
 PO:rolebindingClusterRolePodExecAttach PO:clusterrolebindingPodExecAttach CKV:CKV2_K8S_3 DT:48 KC:C-0002
 KC:C-0063
RBAC006 CKV:CKV_K8S_157 CKV:CKV_K8S_158 CKV:CKV2_K8S_1 CKV:CKV2_K8S_4 DT:105 KC:C-0065 KC:C-0191 CIS:5.1.8
 KY:restrict-escalation-verbs-roles
RBAC007 KC:C-0278 CIS:5.1.9
RBAC008 CKV:CKV2_K8S_3 KC:C-0279 CIS:5.1.10 KY:restrict-clusterrole-nodesproxy
RBAC009 CKV:CKV_K8S_156 KC:C-0280 CIS:5.1.11 KY:restrict-clusterrole-csr
RBAC010 CKV:CKV_K8S_155 KC:C-0281 CIS:5.1.12
 KY:restrict-clusterrole-mutating-validating-admission-webhooks
RBAC011 KC:C-0282 KC:C-0053 CIS:5.1.13
RBAC012 DT:104 CIS:5.1.7
RBAC013 KC:C-0262 KSEC:BindingsToSystemAnonymous KY:restrict-binding-system-groups
RBAC014 KC:C-0007 KC:C-0031 KC:C-0037 CKV:CKV2_K8S_2
RBAC015 KL:default-service-account CKV:CKV_K8S_41 CKV:CKV_K8S_42 DT:102 KC:C-0189 KSEC:ServiceAccountName
 CIS:5.1.5
RBAC016 PO:automountServiceAccountToken CKV:CKV_K8S_38 DT:53 KC:C-0034 KC:C-0190 KC:C-0261
 KSEC:AutomountServiceAccountToken CIS:5.1.6
RBAC017 KL:deprecated-service-account-field KC:C-0294
RBAC021 KY:deny-secret-service-account-token-type
SCT003 KL:env-var-secret PO:sensitiveContainerEnvVar KC:C-0012 KC:C-0259
SCT004 PO:sensitiveConfigmapContent KC:C-0012
SCT005 DT:SECRETS18 KC:C-0012
SCT006 KL:read-secret-from-env-var CKV:CKV_K8S_35 DT:98 KC:C-0207 KC:C-0255
 KSEC:SecretsAsEnvironmentVariables CIS:5.4.1 KY:disallow-secrets-from-env-vars
SCT007 CIS:5.4.2
API001 KL:schema-validation KF:validate DT:schema
API002 KF:-strict
API003 KL:no-extensions-v1beta KS:stable-version DT:18 DT:19 DT:106 DT:107 DT:108 DT:109 DT:110 DT:111
 PL:removed KC:C-0068
API004 KS:stable-version DT:90 DT:91 DT:92 DT:93 DT:94 PL:deprecated
API005 KF:missing-schema
API006 KF:schema-location FL:none
API008 DT:54 KF:missing-name
API009 KS:label-values DT:9
API010 KL:required-label-owner KL:required-annotation-email DT:21 DT:22 KC:C-0076 KC:C-0077
 KY:require-labels
API011 PO:metadataAndInstanceMismatched
API012 KY:restrict-annotations
API013 KL:use-namespace CKV:CKV_K8S_21 DT:15 KC:C-0061 CIS:5.6.4 CIS:5.6.1
API014 KY:disallow-default-namespace
API016 KY:allowed-label-changes
API019 KC:C-0068 CKV:CKV_K8S_PSP
ARG001 AL:phantom-target
ARG002 AL:orphan-source
ARG003 AL:double-coverage
ARG004 AL:duplicate-application-name
ARG005 AL:floating-target-revision AL:revision-mismatch
ARG006 AL:phantom-target
ARG007 KY:application-prevent-default-project
ARG008 AL:project-scope-violation KY:applicationset-name-matches-project
ARG009 KY:appproject-clusterresourceblacklist
ARG010 KY:application-field-validation
ARG012 AL:unknown-sync-option
ARG013 AL:unknown-resource-hook AL:malformed-sync-wave
ARG014 AL:hpa-selfheal-conflict
ARG015 AL:malformed-ignore-diff-pointer AL:malformed-ignore-diff-jq-expression
ARG016 AL:missing-ignore-diff
ARG017 AL:sync-validation-disabled
ARG018 AL:broken-values-ref
ARG022 AL:unresolvable-generator
ARG026 DT:37 DT:39
ARG028 KC:C-0081
FLX001 FL:test-ks
FLX002 FL:test
FLX003 FL:warn#498
FLX009 FL:warn#868
FLX011 KY:verify-flux-sources KY:verify-git-repositories
FLX014 KY:generate-flux-multi-tenant-resources
FLX015 FL:test-hr
FLX018 PL:custom
MSH003 KY:enforce-strict-mtls
MSH004 KY:restrict-virtual-service-wildcard
MSH006 KY:prevent-disabling-injection-pods
LNT004 AL:unverifiable
"""


def _read(table: str) -> dict[str, tuple[str, ...]]:
    rows = (line.split() for line in table.replace("\n ", " ").strip().splitlines())
    return {code: tuple(ids) for code, *ids in rows}


PEERS: Final[Mapping[str, tuple[str, ...]]] = _read(_TABLE)
