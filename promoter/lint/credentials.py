"""What looks like a credential: names of settings, and forms of values that providers give theirs.

It must not show a value to anyone: what is found is named, never quoted. Values that only point to a
credential (a variable, a path, a reference) are none.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from math import log2
from typing import Final

from promoter.lint.placeholders import fills_a_place, is_placeholder

NAMES: Final = re.compile(
    r"(?:^|[-_.])(?:pass(?:word|wd|phrase)?|pwd|secret|token|credentials?|private[-_]?key|api[-_]?key"
    r"|access[-_]?key|secret[-_]?key|account[-_]?key|client[-_]?secret|auth[-_]?key|encryption[-_]?key"
    r"|signing[-_]?key|batch[-_]?key|key[-_]?content)(?:$|[-_.])",
    re.IGNORECASE,
)
CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
SETTING: Final = re.compile(r"(?P<key>[^\s=:]+)\s*=\s*(?P<value>[^\s=].*)")
# The settings of Log4j, of its successors and of java.util.logging: names of classes, levels, patterns.
LOGGING: Final = re.compile(
    r"(?:log4j2?\.)?(?:root)?(?:loggers?|appenders?|category|filters?|monitorInterval|shutdownHook)(?:\..+)?"
    r"|(?:java\.util\.logging|logging|quarkus\.log)\..+|(?:.+\.)?(?:level|handlers|formatter)",
    re.IGNORECASE,
)
HARMLESS_NAMES: Final = re.compile(
    r"(?:file|path|dir|name|names|url|uri|endpoint|host|port|enabled?|disabled?|ttl|expir\w*|duration|timeout"
    r"|interval|length|size|type|kind|ref|version|id|policy|class|store|provider|mode|header|field|claim|algo\w*"
    r"|count|max|min|limit|rotation|issuer|audience|scope|prefix|suffix|format|lifetime|minutes|seconds|hours"
    r"|days|age|arn|region|engine|manager|server|addr|address|namespace|method|strategy|required|source)s?$",
    re.IGNORECASE,
)
POINTER: Final = re.compile(
    r"\s*(?:\$[({].*|\$\w+|%\w+%|\{\{.*|/[\w./-]*|\.{1,2}/.*|[a-z+]+://[^@]*|(?:secret|vault|ref|file|env|op|ssm)[:+].*"
    r"|%[a-z]|true|false|yes|no|on|off|none|null|nil|\d{1,6}|ENC\[.*)\s*",
    re.IGNORECASE | re.DOTALL,
)
FORMS: Final = (
    ("a private key", re.compile(r"-{3,5}BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-{3,5}")),
    ("an AWS access key", re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b")),
    ("a Google API key", re.compile(r"\bAIza[0-9A-Za-z_-]{35}\b")),
    ("a Google service account", re.compile(r'"private_key_id"\s*:\s*"[0-9a-f]{40}"')),
    ("a GitHub token", re.compile(r"\b(?:gh[pousr]_[0-9A-Za-z]{36,}|github_pat_[0-9A-Za-z_]{60,})\b")),
    ("a GitLab token", re.compile(r"\bgl(?:pat|ptt|dt|rt)-[0-9A-Za-z_-]{20,}\b")),
    ("a Slack token", re.compile(r"\bxox[abeoprs]-[0-9A-Za-z-]{10,}\b")),
    ("a Slack webhook", re.compile(r"https://hooks\.slack\.com/services/T\w+/B\w+/\w{16,}")),
    ("a Stripe key", re.compile(r"\b[sr]k_live_[0-9A-Za-z]{20,}\b")),
    ("an npm token", re.compile(r"\bnpm_[0-9A-Za-z]{36}\b")),
    ("a PyPI token", re.compile(r"\bpypi-AgEIcHlwaS5vcmc[0-9A-Za-z_-]{50,}\b")),
    ("a SendGrid key", re.compile(r"\bSG\.[0-9A-Za-z_-]{22}\.[0-9A-Za-z_-]{43}\b")),
    ("a Twilio key", re.compile(r"\bSK[0-9a-f]{32}\b")),
    ("a DigitalOcean token", re.compile(r"\bdo[opr]_v1_[0-9a-f]{64}\b")),
    ("a Vault token", re.compile(r"\bhvs\.[0-9A-Za-z_-]{24,}\b")),
    ("an age key", re.compile(r"\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b")),
    ("a JSON Web Token", re.compile(r"\beyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]{10,}")),
    ("an Azure storage key", re.compile(r"AccountKey=[0-9A-Za-z+/]{86}==")),
    ("an Artifactory key", re.compile(r"\bAKCp[0-9A-Za-z]{69}\b")),
    ("a Discord token", re.compile(r"\b[MNO][\w-]{23,25}\.[\w-]{6}\.[\w-]{27,38}\b", re.ASCII)),
    ("a Discord webhook", re.compile(r"https://discord(?:app)?\.com/api/webhooks/\d+/[0-9A-Za-z_-]{60,}")),
    ("a Mailchimp key", re.compile(r"\b[0-9a-f]{32}-us\d{1,2}\b")),
    ("a Square token", re.compile(r"\bsq0(?:atp-[0-9A-Za-z_-]{22}|csp-[0-9A-Za-z_-]{43})\b")),
    (
        "a password in an address",
        re.compile(r"\b[a-z][a-z0-9+]*://[^\s:/@$<{(]+:[^\s:/@$<{(]+@[\w.-]+", re.IGNORECASE),
    ),
)
HINTS: Final = {
    "a private key": ("PRIVATE KEY",),
    "an AWS access key": ("AKIA", "ASIA"),
    "a Google API key": ("AIza",),
    "a Google service account": ("private_key_id",),
    "a GitHub token": ("gh", "github_pat_"),
    "a GitLab token": ("gl",),
    "a Slack token": ("xox",),
    "a Slack webhook": ("hooks.slack.com",),
    "a Stripe key": ("_live_",),
    "an npm token": ("npm_",),
    "a PyPI token": ("pypi-",),
    "a SendGrid key": ("SG.",),
    "a Twilio key": ("SK",),
    "a DigitalOcean token": ("_v1_",),
    "a Vault token": ("hvs.",),
    "an age key": ("AGE-SECRET-KEY",),
    "a JSON Web Token": ("eyJ",),
    "an Azure storage key": ("AccountKey=",),
    "an Artifactory key": ("AKCp",),
    "a Discord token": (".",),
    "a Discord webhook": ("/api/webhooks/",),
    "a Mailchimp key": ("-us",),
    "a Square token": ("sq0",),
    "a password in an address": ("://",),
}
KEY_BODY: Final = re.compile(r"(?:\s|\\[nr])+[0-9A-Za-z+/]{32}")
# What documentation writes for a password in an address.
SAMPLE: Final = re.compile(r"pass(?:word|wd)?|secret|token|example|your\w+", re.IGNORECASE)

# A setting on a line of its own, in YAML or `KEY=value`, whose value could be random.
LINE: Final = re.compile(
    r"""^[ \t]*(?:-[ \t]+)?(?:export[ \t]+)?(?P<q>["']?)(?P<key>[\w.-]+)(?P=q)[ \t]*[:=][ \t]*"""
    r"""(?P<v>["']?)(?P<value>[0-9A-Za-z+/_-]{20,}={0,2})(?P=v)[ \t]*(?:#.*)?\r?$""",
    re.MULTILINE,
)
LONG: Final = re.compile(r"""[:=][ \t]*["']?[0-9A-Za-z+/_-]{20}""")
SUMS: Final = re.compile(r"(?:hash|digest|sum|sha\d*|fingerprint|thumbprint|public)$", re.IGNORECASE)
HEX: Final = re.compile(r"[0-9a-f]+|[0-9A-F]+")
RUN: Final = re.compile(r"[0-9A-Za-z+/]+")
HEX_LENGTH, RUN_LENGTH = 32, 16
# Bits a character; and the part of neighbours of which one is a digit, a small or a capital letter and the
# other is not. Words, also joined ones (`shopFrontendToken2`), stay far below both.
HEX_ENTROPY, ENTROPY, CHANGES = 3.0, 3.5, 0.3


def names_credential(name: str) -> bool:
    """Whether a setting of this name usually holds a credential itself, not a pointer to one."""
    spelt = CAMEL.sub("_", name)
    return bool(NAMES.search(spelt)) and not HARMLESS_NAMES.search(spelt)


def is_pointer(value: str) -> bool:
    """Whether the value only points to a credential, or is no value at all yet."""
    return not value.strip() or bool(POINTER.fullmatch(value)) or is_placeholder(value)


def holds_settings(content: str) -> bool:
    """Whether the text is lines of `key=value`, comments apart, none of which can hold a credential."""
    lines = [line.strip() for line in content.splitlines()]
    found = [SETTING.fullmatch(line) for line in lines if line and not line.startswith(("#", "!"))]
    return bool(found) and all(match and _is_harmless(match["key"], match["value"]) for match in found)


def _is_harmless(key: str, value: str) -> bool:
    """Whether a setting holds no credential: it is named after none, and only points to one or logs."""
    if names_credential(key.rpartition(".")[2]) or credential_in(value):
        return False
    return is_pointer(value) or LOGGING.fullmatch(key) is not None


def credential_in(value: str) -> str:
    """What the value holds (`a private key`), empty when nothing of a known form is in it."""
    return next((what for what, form in FORMS if form.search(value)), "")


def credentials_in(content: str) -> Iterator[tuple[int, int, str]]:
    """Where a whole file holds credentials: start, end (offsets of characters) and what it is.

    Stricter than for a single value: a key has to have a body, and a password must not be a placeholder.
    """
    for what, form in FORMS:
        if not any(hint in content for hint in HINTS.get(what, ("",))):
            continue
        for match in form.finditer(content):
            if _is_real(what, match, content):
                yield match.start(), match.end(), what


def _is_real(what: str, match: re.Match[str], content: str) -> bool:
    if what == "a private key":
        return KEY_BODY.match(content, match.end()) is not None
    if what == "a password in an address":
        password = match[0].rpartition("@")[0].rpartition(":")[2]
        return not (SAMPLE.fullmatch(password) or is_placeholder(password) or fills_a_place(password))
    return True


def random_in(content: str) -> Iterator[tuple[int, int, str]]:
    """Where a file sets what is called a credential to a random value: start, end, and its name."""
    lines = {content.rfind("\n", 0, hit.start()) + 1 for hit in LONG.finditer(content)}
    for match in filter(None, (LINE.match(content, begin) for begin in sorted(lines))):
        key, value = match["key"], match["value"]
        if names_credential(key) and not SUMS.search(key) and not is_pointer(value) and is_random(value):
            yield match.start("value"), match.end("value"), key


def is_random(value: str) -> bool:
    """Whether the value looks drawn by chance: a long hexadecimal number, or letters and digits mixed."""
    if HEX.fullmatch(value):
        mixed = any(char.isdigit() for char in value) and any(char.isalpha() for char in value)
        return mixed and len(value) >= HEX_LENGTH and _entropy(value) >= HEX_ENTROPY
    run = max(RUN.findall(value), key=len, default="")
    return len(run) >= RUN_LENGTH and _entropy(value) >= ENTROPY and _changes(run) >= CHANGES


def _entropy(value: str) -> float:
    """Shannon's bits a character."""
    counts = Counter(value).values()
    return -sum(count / len(value) * log2(count / len(value)) for count in counts)


def _changes(run: str) -> float:
    kinds = [char.isdigit() + 2 * char.isupper() for char in run]
    digits = any(char.isdigit() for char in run)
    return sum(a != b for a, b in pairwise(kinds)) / len(run) if digits else 0.0
