"""Every rule for rendered objects in one explicit tuple; a topic is a module, and none knows another."""

from typing import Final

from promoter.lint.context import RenderedContext
from promoter.lint.rule import Report, Rule
from promoter.lint.rules import (
    api_schema,
    api_versions,
    metadata,
    pod_confinement,
    pod_host_access,
    pod_mounts,
    pod_privileges,
    pod_restricted,
)

RENDERED: Final[tuple[Rule[RenderedContext, Report], ...]] = (
    pod_privileges.privileged_container,
    pod_host_access.host_namespaces,
    pod_host_access.host_path_volume,
    pod_host_access.host_port,
    pod_privileges.capabilities_baseline,
    pod_privileges.proc_mount,
    pod_confinement.selinux_options,
    pod_confinement.seccomp_unconfined,
    pod_confinement.apparmor_unconfined,
    pod_privileges.unsafe_sysctl,
    pod_host_access.windows_host_process,
    pod_host_access.host_in_probe_or_hook,
    pod_restricted.privilege_escalation,
    pod_restricted.run_as_non_root,
    pod_restricted.run_as_root_uid,
    pod_restricted.drop_all_capabilities,
    pod_confinement.seccomp_missing,
    pod_restricted.restricted_volume_type,
    pod_restricted.drop_net_raw,
    pod_mounts.writable_root_filesystem,
    pod_mounts.runtime_socket_mounted,
    pod_mounts.sensitive_host_mount,
    pod_mounts.writable_host_mount,
    pod_mounts.pss_namespace_label,
    api_schema.schema_violation,
    api_schema.unknown_field,
    api_versions.removed_api,
    api_versions.deprecated_api,
    api_schema.unknown_kind,
    metadata.invalid_name,
    metadata.invalid_label,
    metadata.default_namespace,
    api_versions.pod_security_policy,
)
