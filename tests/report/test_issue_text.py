"""The text of an issue about a wrong diagnosis."""

from __future__ import annotations

import platform
import sys

from kubectl_imagepull import __version__
from kubectl_imagepull.diagnosis.issue_facts import IssueFacts, PublicText
from kubectl_imagepull.report.issue_text import issue_text, names_decide
from kubectl_imagepull.vocabulary.causes import Cause, Confidence

TEXT = PublicText('pull "registry.example/path1:tag1": the moon is full', "waiting.message", "ErrImagePull")
FACTS = IssueFacts(
    (TEXT,),
    Cause.UNKNOWN,
    Confidence.POSSIBLE,
    (Cause.FORBIDDEN, Cause.NO_CREDENTIALS),
    ("bad NoPullSecret", "ok NodeCondition"),
    "containerd 2.1.9",
    "1.36.2",
    "EKS",
    "Harbor",
)


def test_it_has_what_the_form_asks_for() -> None:
    assert (
        issue_text([FACTS], Cause.REGISTRY_BLOCKED)
        == f"""\
### Raw message

From `waiting.message`, reason `ErrImagePull`, read as Unknown:

```text
pull "registry.example/path1:tag1": the moon is full
```

### Cause that was named

Unknown (possible), or Forbidden, NoCredentials

### Cause that you expected

RegistryBlocked

### How do you know?

(please write: what the registry, the node, or the fix that helped in the end has shown)

### The failure in the report

```
bad NoPullSecret
ok NodeCondition
```

### Container runtime of the node

containerd 2.1.9

### Registry

Harbor

### Versions

```
kubectl-imagepull {__version__}, Python {platform.python_version()}, {sys.platform}
Kubernetes: kubelet 1.36.2, EKS
```

### Test line

For `tests/corpus/messages.jsonl`; `kubectl imagepull classify` reads the same text.

```json
{{"message": "pull \\"registry.example/path1:tag1\\": the moon is full", "cause": "RegistryBlocked", "also": [], "runtime": "containerd", "registry": "Harbor"}}
```"""
    )


def test_what_is_not_known_is_said() -> None:
    text = issue_text([IssueFacts((), Cause.CAUSE_NOT_REPORTED, Confidence.POSSIBLE)], None)
    assert "There was none: neither the pod's status nor an event says why." in text
    assert "### Cause that you expected\n\n(please write)" in text
    assert "### Registry\n\nnot known" in text
    assert "Kubernetes: kubelet not known, distribution not known" in text
    assert text.endswith("### Test line\n\nNone: there is no message.")


def test_several_failures_stand_apart() -> None:
    assert issue_text([FACTS, FACTS], None).count("\n\n---\n\n### Raw message\n") == 1


def test_a_stand_in_that_changes_the_reading_is_told() -> None:
    changed = PublicText("x", "", "", Cause.TAG_NOT_FOUND, Cause.UNKNOWN)
    facts = IssueFacts((TEXT, changed), Cause.TAG_NOT_FOUND, Confidence.LIKELY)
    assert names_decide(facts) == [changed]
    assert "With these stand-ins it is read as Unknown: a name in it decides, which is not told here." in issue_text(
        [facts], None
    )


def test_hostile_text_stays_in_its_block() -> None:
    hostile = PublicText("```\n### Forged\n\x1b[2J\u202e@everyone</details>", "event ```", "")
    text = issue_text([IssueFacts((hostile,), Cause.UNKNOWN, Confidence.POSSIBLE)], None)
    assert "````text\n```\n### Forged\n\\x1b[2J\\u202e@everyone</details>\n````" in text
    assert "\x1b" not in text
    assert "\u202e" not in text
