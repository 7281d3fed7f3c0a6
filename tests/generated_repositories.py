"""Repositories that Hypothesis makes up: a base, overlays in many styles, versions of odd spellings."""

from dataclasses import dataclass

from hypothesis import strategies as st

from promoter.kustomize import Graph
from promoter.model import Snapshot

ODD = ("1.10", "0123456", "6e5", "on", "null", "2024-01-01", "0x1F", "1_000", "0o17", "1e3", "_5", "y")
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      containers:
      - name: {name}
        image: {image}
"""

versions = st.one_of(
    st.sampled_from(ODD),
    st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}", fullmatch=True),
    st.from_regex(r"[0-9a-f]{7}|v?[0-9]{1,2}\.[0-9]{1,3}(\.[0-9])?", fullmatch=True),
)


@dataclass(frozen=True)
class Repository:
    """A tree of files; `images` names each image and `running` its version in each environment."""

    files: dict[str, bytes]
    images: tuple[str, ...]
    running: dict[str, dict[str, str]]

    @property
    def environments(self) -> tuple[str, ...]:
        return tuple(self.running)

    @property
    def graph(self) -> Graph:
        return Graph(Snapshot.of(self.files))


@st.composite
def entries(draw, name: str, version: str) -> str:
    """One `images:` entry in some style, as lines without indentation."""
    quote = draw(st.sampled_from(['"', "'"]))
    comment = draw(st.sampled_from(["", " # moved by the bot", "   # ü: x"]))
    if draw(st.booleans()):
        return f"- {{name: {name}, newTag: {quote}{version}{quote}}}{comment}"
    lines = [f"name: {name}", f"newTag: {quote}{version}{quote}{comment}"]
    if draw(st.booleans()):
        lines.reverse()
    return f"- {lines[0]}\n  {lines[1]}" + draw(st.sampled_from(["", "\n"]))


@st.composite
def overlays(draw, running: dict[str, str]) -> bytes:
    """A kustomization over the base, in some style."""
    indent = draw(st.sampled_from(["", "  "]))
    blocks = "\n".join([draw(entries(name, version)) for name, version in running.items()])
    images = "images:\n" + "\n".join(f"{indent}{line}" if line else "" for line in blocks.split("\n"))
    parts = ["resources: [../base]", images, draw(st.sampled_from(["namespace: shop", "# nothing here"]))]
    if draw(st.booleans()):
        parts.reverse()
    head = draw(st.sampled_from(["", "---\n", "# head\n\n"]))
    text = head + "\n".join(parts) + draw(st.sampled_from(["\n", "", "\n\n"]))
    content = text.replace("\n", draw(st.sampled_from(["\n", "\r\n"]))).encode()
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + content


@st.composite
def repositories(draw) -> Repository:
    """A repository of two to four environments and one to three images."""
    known = ["x/shop", "x/shop-worker", "nginx", "host:5000/y/z"]
    names = draw(st.lists(st.sampled_from(known), min_size=1, max_size=3, unique=True))
    environments = ("dev", "staging", "prod", "prod-us")[: draw(st.integers(2, 4))]
    running = {env: {name: draw(versions) for name in names} for env in environments}
    resources = "".join(f"- d{number}.yaml\n" for number, _ in enumerate(names))
    files = {"base/kustomization.yaml": f"resources:\n{resources}".encode()}
    for number, name in enumerate(names):
        files[f"base/d{number}.yaml"] = DEPLOYMENT.format(name=f"d{number}", image=name).encode()
    for env in environments:
        files[f"{env}/kustomization.yaml"] = draw(overlays(running[env]))
    return Repository(files, tuple(names), running)
