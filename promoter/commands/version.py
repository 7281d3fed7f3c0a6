"""Which engines this installation renders with."""

from contextlib import closing

from promoter.errors import RenderError


def engines() -> str:
    """One line for each engine in use, kustomize's and Helm's, or why there is none."""
    from promoter.render import find_helm, open_renderer

    try:
        with closing(open_renderer(cached=False)) as renderer:
            kustomize = renderer.engine
    except RenderError as error:
        kustomize = f"none: {error}"
    try:
        helm = find_helm().name
    except RenderError as error:
        helm = f"{error.message}; charts are listed, not rendered"
    return f"engine: {kustomize}\ncharts: {helm}"
