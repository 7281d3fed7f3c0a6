"""Every rule of the linter, in explicit tuples by what it reads.

It must not hold rules of its own. RULES lists all of them; a new rule is one line in one of the tuples.
"""

from typing import Final

from promoter.lint.context import RenderedContext
from promoter.lint.environments import Alteration, Divergence, EnvironmentsContext, GitContext
from promoter.lint.ledger import Ledger
from promoter.lint.rule import Report, Rule
from promoter.lint.rules import (
    RENDERED,
    argocd_applications,
    argocd_projects,
    argocd_sources,
    change_effects,
    change_promotion,
    environment_images,
    environment_names,
    environment_objects,
    environment_workloads,
    flux_objects,
    kustomization_files,
    kustomization_images,
    kustomization_matches,
    kustomization_safety,
    kustomization_style,
    linter,
    orphans,
    secret_files,
    yaml_files,
)
from promoter.lint.source import SourceContext, Spot

SOURCE: Final[tuple[Rule[SourceContext, Spot], ...]] = (
    yaml_files.yaml_syntax_error,
    yaml_files.duplicate_key,
    yaml_files.missing_document_separator,
    yaml_files.ambiguous_scalar,
    yaml_files.empty_file,
    yaml_files.merge_conflict_marker,
    kustomization_files.build_failed,
    kustomization_files.missing_resource,
    kustomization_files.unknown_field,
    kustomization_style.deprecated_field,
    kustomization_style.wrong_kind,
    kustomization_files.kustomization_name,
    orphans.orphan_manifest,
    kustomization_style.resource_cycle,
    kustomization_style.duplicate_resource,
    kustomization_safety.remote_base_unpinned,
    kustomization_matches.patch_no_match,
    kustomization_matches.patch_adds_container,
    kustomization_matches.json_path_missing,
    kustomization_matches.images_no_match,
    kustomization_files.images_duplicate,
    kustomization_files.images_unquoted_tag,
    kustomization_images.images_tag_and_digest,
    kustomization_matches.replicas_no_match,
    kustomization_matches.replacement_no_target,
    kustomization_style.selector_labels_in_overlay,
    kustomization_safety.secret_generator_literal,
    kustomization_matches.namespace_in_base,
    kustomization_safety.prod_inherits_nonprod,
    secret_files.plain_secret,
    secret_files.sops_not_encrypted,
    secret_files.credential_pattern,
    secret_files.sops_decryption_missing,
    argocd_applications.path_not_found,
    argocd_applications.overlay_not_deployed,
    argocd_applications.double_coverage,
    argocd_applications.duplicate_application,
    argocd_applications.target_revision_floating,
    argocd_projects.project_missing,
    argocd_projects.project_scope,
    argocd_applications.destination_namespace,
    argocd_projects.unknown_sync_option,
    argocd_applications.selfheal_conflict,
    argocd_sources.override_shadow,
    argocd_sources.repeated_resource,
    flux_objects.path_not_found,
    flux_objects.source_missing,
    flux_objects.depends_on_missing,
    flux_objects.depends_on_cycle,
    flux_objects.prune_disabled,
    flux_objects.substitution_undefined,
    flux_objects.target_namespace,
)
ENVIRONMENTS: Final[tuple[Rule[EnvironmentsContext, Divergence], ...]] = (
    environment_objects.resource_only_in_environment,
    environment_workloads.container_set_differs,
    environment_workloads.setting_missing,
    environment_workloads.selector_differs,
    environment_workloads.less_resilient,
    environment_workloads.debug_in_production,
    environment_names.environment_name_leak,
    environment_names.namespace_mismatch,
    environment_workloads.weaker_security,
    environment_images.newer_than_upstream,
    environment_images.repository_differs,
    environment_images.prerelease_in_production,
)
GIT: Final[tuple[Rule[GitContext, Alteration], ...]] = (
    change_effects.immutable_field_change,
    change_promotion.base_change_hits_production,
    change_promotion.promotion_skips_stage,
    change_effects.deletion_with_prune,
)
LINTER: Final[tuple[Rule[Ledger, Spot], ...]] = (
    linter.unused_suppression,
    linter.suppression_without_reason,
    linter.unknown_rule,
    linter.unverifiable,
    linter.rule_crash,
)

AnyRule = (
    Rule[SourceContext, Spot]
    | Rule[RenderedContext, Report]
    | Rule[EnvironmentsContext, Divergence]
    | Rule[GitContext, Alteration]
    | Rule[Ledger, Spot]
)
RULES: Final[tuple[AnyRule, ...]] = (*SOURCE, *RENDERED, *ENVIRONMENTS, *GIT, *LINTER)

__all__ = ["ENVIRONMENTS", "GIT", "LINTER", "RENDERED", "RULES", "SOURCE", "AnyRule"]
