"""Secrets in the sources themselves: plain ones, and encrypted ones that nobody decrypts (SCT).

It must not quote a value: a message names the key and what kind of credential it holds.
"""

import re
from base64 import b64decode
from binascii import Error
from collections.abc import Iterator
from typing import Final

from promoter.lint.credentials import (
    credentials_in,
    holds_settings,
    is_pointer,
    names_credential,
    random_in,
)
from promoter.lint.rule import Profile, Scope, rule
from promoter.lint.source import SourceContext, Spot, is_yaml
from promoter.model import Deployable, Location, Severity, parents
from promoter.yamldoc import Mapping, Node, Scalar, YamlFile, at, items, text, walk

OTHERS: Final = ("Secret", "ConfigMap", "SealedSecret", "SopsSecret")
SOPS_FILE: Final = ".sops.yaml"
ENCRYPTED: Final = "ENC["
UNENCRYPTED: Final = "_unencrypted"
ARGO_LABEL: Final = "argocd.argoproj.io/secret-type"
TOKEN_TYPE: Final = "kubernetes.io/service-account-token"  # noqa: S105 -- the name of a type


def _is_encrypted(document: Node | None) -> bool:
    return isinstance(document, Mapping) and isinstance(document.get("sops"), Mapping)


@rule("SCT001", "plain-secret", Severity.ERROR, Profile.BASELINE, scope=Scope.SOURCE)
def plain_secret(source: SourceContext) -> Iterator[Spot]:
    """A Secret's values stand in Git as plain text.

    ## What it does
    Reports objects of kind Secret with `data` or `stringData` in files that a build or a controller reads,
    unless SOPS has encrypted them or every value only points to one (`${VAR}`, `<path:...>`). A text of
    settings (`key=value` lines) counts when one of them is named like a credential or has a value that
    is more than a switch, a number or a pointer; what Log4j and its like are told is neither. Of Argo
    CD's own repository and cluster Secrets only the credentials count.

    ## Why
    base64 is no encryption: everyone who may read the repository, now or in its history, has the secret.

    ## Example
    ```yaml
    kind: Secret
    stringData: {password: hunter2}
    ```

    ## Instead
    ```yaml
    kind: ExternalSecret
    spec:
      target: {name: web}
    ```
    """
    for path in source.files:
        file = source.graph.yaml(path)
        for document in file.documents:
            secret = isinstance(document, Mapping) and text(document.get("kind")) == "Secret"
            if secret and isinstance(document, Mapping) and not _is_encrypted(document):
                yield from _plain(file, document)


def _plain(file: YamlFile, secret: Mapping) -> Iterator[Spot]:
    for field in ("data", "stringData"):
        node = secret.get(field)
        harmless = at(secret, "metadata", "labels", ARGO_LABEL) is not None
        held = [
            name
            for name, value in _entries(node)
            if not _points(field, value)
            and not (field == "stringData" and holds_settings(value))
            and (not harmless or names_credential(name))
        ]
        key = secret.key(field)
        if held and key is not None and text(secret.get("type")) != TOKEN_TYPE:
            yield Spot(
                file.location(key), f"values of a Secret stand here as plain text: {', '.join(held)}"
            )


def _entries(node: Node | None) -> Iterator[tuple[str, str]]:
    for key, value in node.items if isinstance(node, Mapping) else ():
        if isinstance(key, Scalar) and isinstance(value, Scalar):
            yield key.value, value.value


def _points(field: str, value: str) -> bool:
    if is_pointer(value) or field == "stringData":
        return is_pointer(value)
    try:
        return is_pointer(b64decode(value, validate=False).decode())
    except (Error, ValueError):
        return False


@rule("SCT002", "sops-not-encrypted", Severity.ERROR, Profile.BASELINE, scope=Scope.SOURCE)
def sops_not_encrypted(source: SourceContext) -> Iterator[Spot]:
    """A file that SOPS should have encrypted is plain, or has values that are.

    ## What it does
    Compares YAML files with the rules of the nearest `.sops.yaml` above them that name a `path_regex`: a
    Secret, or a file of values, has to carry SOPS' own entry, and in any file that carries it each value
    that the rule encrypts has to begin with `ENC[`.

    ## Why
    Somebody forgot to encrypt, or edited the file without SOPS: the values are public now.

    ## Example
    ```yaml
    # secrets/web.yaml, which .sops.yaml wants to be encrypted
    stringData: {password: hunter2}
    ```

    ## Instead
    ```yaml
    stringData: {password: "ENC[AES256_GCM,data:…]"}
    sops: {version: 3.9.0}
    ```
    """
    configs = {
        path: _rules(source.graph.yaml(path)) for path in source.snapshot.entries if _is_config(path)
    }
    for path in source.snapshot.entries if configs else ():
        chosen = _rule_for(path, configs) if is_yaml(path) and not _is_config(path) else None
        if chosen is not None and source.snapshot.is_file(path):
            yield from _left_plain(source.graph.yaml(path), chosen)


def _is_config(path: str) -> bool:
    return path.rpartition("/")[2] == SOPS_FILE


def _rules(file: YamlFile) -> list[Mapping]:
    top = file.documents[0] if file.documents else None
    listed = items(top.get("creation_rules")) if isinstance(top, Mapping) else ()
    return [entry for entry in listed if isinstance(entry, Mapping)]


def _rule_for(path: str, configs: dict[str, list[Mapping]]) -> Mapping | None:
    """The first rule of the nearest configuration that names the file."""
    for folder in parents(path):
        config = f"{folder}/{SOPS_FILE}" if folder else SOPS_FILE
        if config in configs:
            relative = path[len(folder) :].lstrip("/")
            named = (entry for entry in configs[config] if _searches(entry, "path_regex", relative))
            return next(named, None)
    return None


def _searches(entry: Mapping, field: str, subject: str) -> bool:
    pattern = text(entry.get(field))
    try:
        return bool(pattern) and re.search(pattern or "", subject) is not None
    except re.error:
        return False


def _left_plain(file: YamlFile, chosen: Mapping) -> Iterator[Spot]:
    for document in file.documents:
        if not isinstance(document, Mapping):
            continue
        if not _is_encrypted(document):
            names = [text(key) or "" for key, _ in document.items]
            pattern = text(chosen.get("encrypted_regex"))
            nothing = pattern and not any(_searches(chosen, "encrypted_regex", name) for name in names)
            if nothing or text(document.get("kind")) not in (None, "Secret"):
                continue
            yield Spot(file.location((document.start, document.start)), f"{SOPS_FILE} wants it encrypted")
            continue
        for keys, node in walk(document):
            names = [str(key) for key in keys]
            if isinstance(node, Scalar) and _is_readable(node.value) and _wanted(names, chosen):
                yield Spot(file.location(node), f"the value of {names[-1]} is not encrypted")


def _is_readable(value: str) -> bool:
    """Whether SOPS would have changed the value: it leaves empty ones alone."""
    return value not in ("", "null", "~") and not value.startswith(ENCRYPTED)


def _wanted(names: list[str], chosen: Mapping) -> bool:
    """Whether the rule encrypts the value under these keys."""
    if not names or names[0] == "sops":
        return False
    if chosen.get("encrypted_regex") is not None:
        return any(_searches(chosen, "encrypted_regex", name) for name in names)
    if chosen.get("unencrypted_regex") is not None:
        return not any(_searches(chosen, "unencrypted_regex", name) for name in names)
    if chosen.get("encrypted_suffix") is not None:
        return any(name.endswith(text(chosen.get("encrypted_suffix")) or "") for name in names)
    suffix = text(chosen.get("unencrypted_suffix")) or UNENCRYPTED
    return not any(name.endswith(suffix) for name in names)


@rule("SCT005", "credential-pattern", Severity.ERROR, Profile.BASELINE, scope=Scope.SOURCE)
def credential_pattern(source: SourceContext) -> Iterator[Spot]:
    """A file holds a credential, by the form that its provider gives it or because it is random.

    ## What it does
    Looks through all YAML and `.env` files of the repository for private keys, tokens and keys of known
    providers, and passwords inside addresses. A setting that is called password, token, key or the like is
    reported too when its value is random: letters and digits mixed with a high entropy, at least twenty
    characters, or a hexadecimal number of at least 32. Random values of Secrets and ConfigMaps are left to
    SCT001 and SCT004, and encrypted files are left out. Values are never shown.

    ## Why
    Whoever may read the repository, now or in its history, may use the credential. It has to be revoked;
    removing the line is not enough.

    ## Example
    ```yaml
    url: https://deploy:s3cr3t-w0rd@git.example.com/shop.git
    ```

    ## Instead
    ```yaml
    url: https://git.example.com/shop.git
    secretRef: {name: git-credentials}
    ```
    """
    for path in source.snapshot.entries:
        if (is_yaml(path) or path.endswith(".env")) and source.snapshot.is_file(path):
            content = source.snapshot[path].decode(errors="replace").removeprefix("\ufeff")
            known = list(credentials_in(content))
            for start, end, what in known:
                yield Spot(_location(path, content, start, end), f"this is {what}")
            for start, end, name in _random(source, path, content):
                if not any(begin < end and start < stop for begin, stop, _ in known):
                    message = f"{name} is set to a random value, as a credential is"
                    yield Spot(_location(path, content, start, end), message)


def _random(source: SourceContext, path: str, content: str) -> Iterator[tuple[int, int, str]]:
    """The random values of a file, without those that are encrypted or that another rule speaks of."""
    found = list(random_in(content))
    file = source.graph.yaml(path) if found and is_yaml(path) else None
    left_out = [d for d in file.documents if _is_elsewhere(d)] if file is not None else []
    shift = len(file.text) - len(content) if file is not None else 0
    for start, end, name in found:
        if not any(d is not None and d.start <= start + shift <= d.end for d in left_out):
            yield start, end, name


def _is_elsewhere(document: Node | None) -> bool:
    kind = text(document.get("kind")) if isinstance(document, Mapping) else ""
    return _is_encrypted(document) or kind in OTHERS


def _location(path: str, content: str, start: int, end: int) -> Location:
    lines = [content.count("\n", 0, offset) + 1 for offset in (start, end)]
    columns = [offset - content.rfind("\n", 0, offset) for offset in (start, end)]
    return Location(path, lines[0], columns[0], lines[1], columns[1])


@rule("SCT009", "sops-decryption-missing", Severity.ERROR, scope=Scope.SOURCE)
def sops_decryption_missing(source: SourceContext) -> Iterator[Spot]:
    """A controller applies encrypted files and is not told how to decrypt them.

    ## What it does
    Reports FluxKustomizations without `decryption`, and Applications without a plugin, whose build reads
    objects that SOPS has encrypted.

    ## Why
    The cluster gets the encrypted text as the Secret's value, or the sync fails.

    ## Example
    ```yaml
    kind: Kustomization
    spec:
      path: ./apps/prod  # holds files encrypted by SOPS
    ```

    ## Instead
    ```yaml
    kind: Kustomization
    spec:
      path: ./apps/prod
      decryption: {provider: sops, secretRef: {name: sops-age}}
    ```
    """
    for each in source.deployables:
        if each.path is None or each.controller not in ("flux", "argocd") or _decrypts(source, each):
            continue
        read = sorted(source.graph.closure(each.path).files)
        sealed = [path for path in read if is_yaml(path) and _has_sops(source, path)]
        if sealed:
            message = f"{each.kind} {each.name} does not decrypt {sealed[0]}"
            yield Spot(each.location, message, related=(Location(sealed[0]),))


def _decrypts(source: SourceContext, each: Deployable) -> bool:
    """Whether the controller's object says how to decrypt; what is made by a template is believed to."""
    for document in source.graph.yaml(each.location.path).documents:
        if text(at(document, "metadata", "name")) == each.name and text(at(document, "kind")) == each.kind:
            way = ("spec", "decryption") if each.controller == "flux" else ("spec", "source", "plugin")
            return at(document, *way) is not None
    return True


def _has_sops(source: SourceContext, path: str) -> bool:
    if not source.snapshot.is_file(path) or b"sops:" not in source.snapshot[path]:
        return False
    return any(_is_encrypted(document) for document in source.graph.yaml(path).documents)
