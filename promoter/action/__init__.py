"""The GitHub Action: an event of a workflow run to the work that promoter does for it.

The event file is the only way in for text that strangers wrote; it is parsed here and never reaches a
shell, an environment variable or a branch name. Configuration and code come from the default branch.
"""

from promoter.action.event import Event, read_event

__all__ = ["Event", "read_event"]
