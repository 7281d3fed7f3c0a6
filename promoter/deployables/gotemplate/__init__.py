"""Go's text/template with sprig, as far as ApplicationSets use it: a string and parameters to a string.

Written here because the one pure-Python package for it is at a first, planning-stage release and reads
the time zone of the machine. Never runs anything, reads nothing but its arguments, and names what it
does not support; functions whose result depends on time, chance or the machine are left out.
"""

from promoter.deployables.gotemplate.errors import TemplateError
from promoter.deployables.gotemplate.evaluate import render
from promoter.deployables.gotemplate.functions import SUPPORTED

__all__ = ["SUPPORTED", "TemplateError", "render"]
