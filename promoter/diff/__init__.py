"""Two renders to what differs between them: paired objects, keyed lists, hidden secrets.

`diff` gives the changes for people, `same` the exact answer that a proof needs. Nothing here renders,
reads files or knows an output format.
"""

from promoter.diff.objects import diff, same
from promoter.diff.redaction import Redactor, secret_values

__all__ = ["Redactor", "diff", "same", "secret_values"]
