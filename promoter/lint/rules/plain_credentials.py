"""Credentials that rendered objects show to everyone who can read them (SCT003, SCT004).

It must not quote a value: a message names the setting and what kind of credential it holds.
"""

from collections.abc import Iterator

from promoter.lint.context import RenderedContext
from promoter.lint.credentials import credential_in, is_pointer, names_credential
from promoter.lint.objects import child, mappings, strings, text
from promoter.lint.rule import Profile, Report, rule
from promoter.model import Severity


def _held(name: str, value: str) -> str:
    """What a setting holds, empty when it is no credential."""
    what = credential_in(value)
    if what or is_pointer(value) or not names_credential(name):
        return what
    return "a credential, by its name"


@rule("SCT003", "secret-in-env-value", Severity.ERROR, Profile.BASELINE)
def secret_in_env_value(render: RenderedContext) -> Iterator[Report]:
    """A container gets a credential as plain text.

    ## What it does
    Reports variables with a literal `value` whose name says password, token, key or the like, and values
    in the form of a known provider's credentials or of a private key. Values are never shown.

    ## Why
    The credential is in Git for ever, and everyone who may read pods can see it.

    ## Example
    ```yaml
    env: [{name: DB_PASSWORD, value: hunter2}]
    ```

    ## Instead
    ```yaml
    env: [{name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}]
    ```
    """
    for item in render.workloads:
        for container in item.containers:
            for position, entry in mappings(container.body, "env"):
                name = text(entry, "name")
                what = _held(name, text(entry, "value"))
                if what:
                    path = (*container.path, "env", position, "value")
                    message = f"variable {name} of container {container.name!r} holds {what}"
                    yield Report(item.key, path, message)


@rule("SCT004", "secret-in-configmap", Severity.ERROR, Profile.BASELINE)
def secret_in_configmap(render: RenderedContext) -> Iterator[Report]:
    """A ConfigMap holds a credential.

    ## What it does
    Reports keys whose name says password, token, key or the like, and values in the form of a known
    provider's credentials or of a private key. Values are never shown.

    ## Why
    ConfigMaps are neither encrypted nor protected like Secrets, and the credential is in Git for ever.

    ## Example
    ```yaml
    kind: ConfigMap
    data: {db_password: hunter2}
    ```

    ## Instead
    ```yaml
    kind: ExternalSecret
    spec:
      target: {name: db}
    ```
    """
    for item in render.of_kind("ConfigMap"):
        for key, value in strings(child(item.body, "data")).items():
            many = "\n" in value.strip()
            what = credential_in(value) if many else _held(key, value)
            if what:
                yield Report(item.key, ("data", key), f"{key} holds {what}")
