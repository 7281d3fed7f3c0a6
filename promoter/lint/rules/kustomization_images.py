"""Entries of `images` in kustomizations that say two things at once (KUS021).

It must not judge which version is right.
"""

from collections.abc import Iterator

from promoter.lint.rule import Scope, rule
from promoter.lint.source import SourceContext, Spot
from promoter.model import Severity
from promoter.yamldoc import Mapping, text


@rule("KUS021", "images-tag-and-digest", Severity.WARNING, scope=Scope.SOURCE)
def images_tag_and_digest(source: SourceContext) -> Iterator[Spot]:
    """An image's entry has both a tag and a digest.

    ## What it does
    Reports entries of `images` with `newTag` and `digest`.

    ## Why
    Newer versions of kustomize write both, older ones drop the tag, and the cluster runs the digest
    whatever the tag says: after a change of the tag alone nothing is rolled out.

    ## Example
    ```yaml
    images:
      - name: web
        newTag: 1.4.2
        digest: sha256:0d2f1b6d1e5c1b5a2a3d7b9f8f6c4e2a1b0c9d8e7f6a5b4c3d2e1f0a9b8c7d6e
    ```

    ## Instead
    ```yaml
    images:
      - name: web
        digest: sha256:0d2f1b6d1e5c1b5a2a3d7b9f8f6c4e2a1b0c9d8e7f6a5b4c3d2e1f0a9b8c7d6e
    ```
    """
    for item in source.kustomizations.values():
        for entry in item.entries("images"):
            tag = entry.key("newTag") if isinstance(entry, Mapping) else None
            if tag is not None and isinstance(entry, Mapping) and text(entry.get("digest")):
                name = text(entry.get("name")) or "the image"
                yield Spot(item.file.location(tag), f"{name} has a tag and a digest; the digest decides")
