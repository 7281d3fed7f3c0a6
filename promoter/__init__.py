"""promoter lints GitOps repositories, shows what changes do, and promotes image versions with proof."""

__version__ = "0.1.0"
