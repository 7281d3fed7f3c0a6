"""Which engines this installation renders with."""

from promoter.errors import RenderError


def engines() -> str:
    """One line for the render engine in use, or why there is none."""
    from promoter.render import open_renderer

    try:
        return f"engine: {open_renderer(cached=False).engine}"
    except RenderError as error:
        return f"engine: none: {error}"
