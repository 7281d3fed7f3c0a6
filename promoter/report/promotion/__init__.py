"""What a promotion or rollback did, and how it is told: as text, JSON, and a pull request's body."""

from promoter.report.promotion.value import PromotionReport, Proposal

__all__ = ["PromotionReport", "Proposal"]
