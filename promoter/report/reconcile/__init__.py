"""What reconcile decided for every app and environment, and did: as a table and as JSON."""

from promoter.report.reconcile.value import Decision, ReconcileReport, Step

__all__ = ["Decision", "ReconcileReport", "Step"]
