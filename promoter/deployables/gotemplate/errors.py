"""The one error of templates; it never leaves discovery: it becomes the reason of an unresolved object."""


class TemplateError(Exception):
    """What is wrong with a template or its evaluation, in one sentence."""
