"""Comment text to commands: what somebody asked promoter to do on a pull request or an issue.

Everything here is pure and takes text from strangers: it neither runs nor looks up anything, and it
must never hand on a word that it has not checked. Callers may rely on this: every name, version and
time in a `Command` is safe to put in a branch name, a file name or a commit trailer.
"""

from promoter.chatops.grammar import Command, Verb, help_text, usage
from promoter.chatops.parse import Comment, Misunderstood, parse

__all__ = ["Command", "Comment", "Misunderstood", "Verb", "help_text", "parse", "usage"]
