"""Findings in every format: each module is one, and each takes the same LintReport."""
