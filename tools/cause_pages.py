"""The pages docs/causes/CAUSE.md: what `explain` says, with the texts that name the cause and what decides it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from kubectl_imagepull import COMMAND
from kubectl_imagepull.diagnosis.decide import decide
from kubectl_imagepull.diagnosis.report import Diagnosis
from kubectl_imagepull.evidence.checks import Result
from kubectl_imagepull.evidence.pull_secret_findings import PullSecretFindings, Sent
from kubectl_imagepull.evidence.refusing_texts import REFUSED
from kubectl_imagepull.failures.failure import PullFailure
from kubectl_imagepull.fixes.remedies import remedy_for
from kubectl_imagepull.messages.classify import classify
from kubectl_imagepull.messages.rules.rule_table import RULES
from kubectl_imagepull.messages.verdict import Verdict
from kubectl_imagepull.report.runbook import RETRIES, SCOPES
from kubectl_imagepull.runs.demonstration import recorded_report
from kubectl_imagepull.vocabulary.cause_meanings import MEANINGS
from kubectl_imagepull.vocabulary.causes import Cause, Confidence, What

NOTE = "<!-- generated: make docs -->"
_FOOT = "[All causes](../causes.md). Is a diagnosis wrong? [Report it](../report-a-wrong-diagnosis.md)."
_MARKS = re.compile(r"([\\`*_<>\[\]|])")
_IMAGES = {
    "": "registry.example.com/team/app:1.2.3",
    "Amazon ECR": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app:1.2.3",
    "Azure": "example.azurecr.io/team/app:1.2.3",
    "Google": "europe-docker.pkg.dev/example/team/app:1.2.3",
}
_SENT = {
    Sent.NONE_NAMED: "nothing: no secret is named",
    Sent.NAMED_MISSING: "nothing: a named secret doesn't exist",
    Sent.MISSING_BY_EVENT: "unknown, and the kubelet reported a secret that it couldn't get",
    Sent.MALFORMED: "nothing: a secret can't be parsed",
    Sent.NONE_FITS: "nothing: no named secret fits (type, content, other registry)",
    Sent.EXPIRED_BY_TOKEN: "a login whose token says that it has expired",
    Sent.EXPIRED_BY_AGE: "a login that is too old by the secret's age",
    Sent.MATCHES: "a login that matches",
    Sent.UNREADABLE: "unknown: the secrets can't be read",
    Sent.NOT_APPLICABLE: "the node's own credentials",
}
#: What the text of a refused pull says, by its cause and the first of its alternatives.
_MEANINGS: dict[tuple[Cause, Cause | None], str] = {
    (Cause.NO_CREDENTIALS, None): "nothing was sent",
    (Cause.NO_CREDENTIALS, Cause.BAD_CREDENTIALS): "a login is wanted (401)",
    (Cause.BAD_CREDENTIALS, None): "the login was refused",
    (Cause.BAD_CREDENTIALS, Cause.EXPIRED_CREDENTIALS): "the bearer token was refused",
    (Cause.EXPIRED_CREDENTIALS, None): "the login has expired",
    (Cause.FORBIDDEN, None): "a right is missing, by its name",
    (Cause.FORBIDDEN, Cause.BAD_CREDENTIALS): "the token server refused the scope",
    (Cause.FORBIDDEN, Cause.NO_CREDENTIALS): "no more than 403, or denied",
    (Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE, None): "the repository is missing or private",
    (Cause.PULL_SECRET_MISSING, None): "the kubelet couldn't get a secret",
    (Cause.PULL_SECRET_MALFORMED, None): "a secret can't be parsed",
    (Cause.CREDENTIAL_PROVIDER_FAILED, None): "the credential provider failed",
    (Cause.CAUSE_NOT_REPORTED, None): "nothing any more",
}
#: Programs whose names begin with a small letter.
_NAMES = frozenset({"containerd", "containers"})
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+(?: |#\d)")
_TABLE = ("| the text says | the kubelet would have sent | confidence | may also be |", "|---|---|---|---|")


def cause_page(cause: Cause) -> str:
    """The page of one cause as Markdown."""
    runbook = remedy_for(cause).runbook
    sections = [
        [NOTE, f"# {cause.value}", f"**{_plain(cause.entry.title)}**", _plain(MEANINGS[cause])],
        [f"- Scope: {_plain(SCOPES[cause.scope.value])}\n- Retries: {RETRIES[cause.entry.retryable]}"],
        ["## What it looks like", *_texts(cause)],
        _recorded(cause),
        ["## What decides it", *_decides(cause)],
        ["## To confirm it", _items(runbook.confirm)],
        ["## To fix it", *_fixes(runbook.fixes)],
        [f"`{COMMAND} explain {cause.value}` prints this page's advice. {_FOOT}"],
    ]
    return "\n\n".join(part for section in sections for part in section) + "\n"


def _texts(cause: Cause) -> Iterator[str]:
    rules = [rule for rule in RULES if rule.cause is cause]
    if not rules:
        yield "Any text that no rule reads: it is shown whole."
    for rule in rules:
        yield f"**{_sentence(rule.why)}.**"
        by_origin: dict[str, list[str]] = {}
        for phrase in rule.phrases:
            by_origin.setdefault(phrase.origin, []).extend(phrase.proofs)
        for origin, proofs in by_origin.items():
            yield f"From {_origin(origin)}"
            yield _block(*proofs)
        if rule.examples:
            if rule.phrases:
                yield "More of them:"
            yield _block(*rule.examples)


def _origin(origin: str) -> str:
    """Who prints a text, and where that was looked up: a repository and path in a code span, anything else in words."""
    parts = (part.partition(": ") for part in origin.split("; "))
    return "; ".join(
        f"{_plain(software)}: {f'`{source}`' if _REPOSITORY.match(source) else _plain(source)}"
        for software, _, source in parts
    )


def _recorded(cause: Cause) -> list[str]:
    """What the program found for it in the recorded cluster, if it is in there."""
    diagnosis = _recorded_diagnoses().get(cause)
    if diagnosis is None:
        return []
    facts = [one for one in diagnosis.evidence if one.result in {Result.BAD, Result.INFO}]
    shown = "\n".join(f"- {one.result.value}: {_plain(one.text)} ({one.check})" for one in facts)
    return [
        "In the [recorded cluster](../../kubectl_imagepull/recorded/cluster):",
        _block(diagnosis.message),
        *(["with the evidence", shown] if shown else []),
    ]


@cache
def _recorded_diagnoses() -> dict[Cause, Diagnosis]:
    """Of each cause the diagnosis with the most to show."""
    best: dict[Cause, Diagnosis] = {}
    for one in recorded_report().diagnoses:
        if one.cause not in best or len(one.evidence) > len(best[one.cause].evidence):
            best[one.cause] = one
    return best


def _decides(cause: Cause) -> Iterator[str]:
    others = sorted({one for rule in RULES if rule.cause is cause for one in rule.alternatives}, key=list(Cause).index)
    if cause in REFUSED or cause is Cause.CAUSE_NOT_REPORTED:
        yield "The text, held against what the kubelet would have sent, by its own rules, from the pod's pull secrets:"
        yield "\n".join([*_TABLE, *_table_rows(cause)])
    elif cause is Cause.UNKNOWN:
        yield "Nothing: no rule reads the text, and evidence alone names no cause."
    else:
        yield "The text alone. Evidence beside it helps to repair, and changes nothing about the cause."
        if others:
            yield f"Some of these texts may also stand for {_linked(*others)}: confidence is then `possible`."
    if cause is Cause.CAUSE_NOT_REPORTED:
        yield "Where another pod on the same node fails with the same image and its text is there, that text counts."


def _table_rows(cause: Cause) -> Iterator[str]:
    """A row for each text that leads here; a registry has rows where it is decided otherwise there than elsewhere."""
    for registry, image in _IMAGES.items():
        rows: dict[tuple[str, Confidence, tuple[Cause, ...]], list[Sent]] = {}
        for meaning, text in _refusals().items():
            for sent in Sent:
                verdict = _decided(text, sent, image)
                if verdict.cause is cause and (not registry or _differs(text, sent, image)):
                    rows.setdefault((meaning, verdict.confidence, verdict.alternatives), []).append(sent)
        for (meaning, confidence, others), sents in rows.items():
            where = f" ({registry})" if registry else ""
            sent = "whatever it is" if len(sents) == len(Sent) else "; ".join(_SENT[one] for one in sents)
            yield f"| {meaning}{where} | {sent} | {confidence.value} | {_linked(*others)} |"


@cache
def _refusals() -> dict[str, str]:
    """What the texts of refused pulls mean -> one of them; of rules that mean the same the first."""
    texts: dict[str, str] = {}
    for rule in RULES:
        if rule.cause in REFUSED or rule.cause is Cause.CAUSE_NOT_REPORTED:
            meaning = _MEANINGS[rule.cause, rule.alternatives[0] if rule.alternatives else None]
            texts.setdefault(meaning, rule.texts[0])
    return texts


def _decided(text: str, sent: Sent, image: str) -> Verdict:
    failure = PullFailure("shop", "web-1", "web", What.CONTAINER, image, "worker-a", "ErrImagePull", (), None, {})
    return decide(classify(text, None, image), PullSecretFindings((), sent, ()), failure)


def _differs(text: str, sent: Sent, image: str) -> bool:
    here, elsewhere = (_decided(text, sent, one) for one in (image, _IMAGES[""]))
    return (here.cause, here.confidence, here.alternatives) != (
        elsewhere.cause,
        elsewhere.confidence,
        elsewhere.alternatives,
    )


def _fixes(fixes: tuple[tuple[str, str], ...]) -> Iterator[str]:
    headings = dict.fromkeys(heading for heading, _ in fixes)
    for heading in headings:
        yield f"### {_plain(heading)}"
        yield _items(tuple(text for name, text in fixes if name == heading))


def _items(texts: tuple[str, ...]) -> str:
    return "\n".join(f"- {_plain(text)}" for text in texts)


def _linked(*causes: Cause) -> str:
    return " or ".join(f"[{cause.value}]({cause.value}.md)" for cause in causes)


def _sentence(text: str) -> str:
    """The text with a large first letter, unless it begins with a name that has none: containerd, crypto/x509."""
    word, _, rest = text.partition(" ")
    named = word in _NAMES or not word.isalpha() or not word.islower()
    return _plain(text if named else f"{word.capitalize()} {rest}")


def _block(*texts: str) -> str:
    return "\n".join(["```text", *texts, "```"])


def _plain(text: str) -> str:
    """The text for Markdown, with nothing in it that means something there."""
    return _MARKS.sub(r"\\\1", text)
