from __future__ import annotations

import pytest

from kubectl_imagepull.report.explanation import explanation
from kubectl_imagepull.report.runbook import UnknownCauseError, cause_page

STATUS = """\
401 may stand for:

  NoCredentials                the registry requires a login, and none was sent
  BadCredentials               the registry refused the credentials that were
                               sent

'kubectl imagepull explain CAUSE' prints how to confirm and fix one, 'kubectl
imagepull diagnose' says which one it is.
"""
STATE = """\
ErrImagePull: the last pull has failed; the kubelet tries again.

That is a state and names no cause: the cause stands in the pod's message and
events. 'kubectl imagepull diagnose POD' reads it there, and 'kubectl imagepull
explain' lists all causes.
"""
NEVER = """\
ErrImageNeverPull: the image isn't on the node, and pull policy Never forbids to
pull it.

Its cause:

  NeverPull                    pull policy is Never and the image is not on the
                               node

'kubectl imagepull explain CAUSE' prints how to confirm and fix one, 'kubectl
imagepull diagnose' says which one it is.
"""


@pytest.mark.parametrize(
    ("word", "text"),
    [("401", STATUS), ("errimagepull", STATE), ("Init:ErrImagePull", STATE), ("ErrImageNeverPull", NEVER)],
)
def test_what_a_word_may_stand_for(word: str, text: str) -> None:
    assert explanation(word, width=80) + "\n" == text


def test_what_stands_for_one_cause_alone_is_that_causes_page() -> None:
    assert explanation("tag-not-found", width=80) == cause_page("TagNotFound", width=80)
    assert explanation("429", width=80) == cause_page("RateLimited", width=80)
    # both a state and a cause
    assert explanation("RegistryUnavailable", width=80) == cause_page("RegistryUnavailable", width=80)


def test_what_stands_for_nothing_is_said() -> None:
    with pytest.raises(UnknownCauseError, match=r"there is no cause 'TagNotfond'; did you mean TagNotFound\?"):
        explanation("TagNotfond")
