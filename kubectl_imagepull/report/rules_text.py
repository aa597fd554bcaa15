"""What the site's rules say, for people: of a failure, and of themselves when they are tried."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kubectl_imagepull.diagnosis.report import Diagnosis
from kubectl_imagepull.report.text import visible, wrap
from kubectl_imagepull.vocabulary.causes import Cause
from kubectl_imagepull.vocabulary.site_rule import CheckedRule, SiteRuleMatch
from kubectl_imagepull.vocabulary.wording import counted

#: So many rules are told of one failure.
_MOST_RULES = 3


def sentence_of_rule(match: SiteRuleMatch, cause: Cause) -> str:
    """What a rule decided or adds, to go on with after `By your rules: `; `cause` is what the diagnosis names."""
    rule = match.rule
    decided = ""
    if rule.cause and match.named_cause:
        if cause is not rule.cause:
            decided = f" reads the text as {rule.cause.value}, and the evidence says more"
        elif match.built_in is not rule.cause and match.built_in is not Cause.UNKNOWN:
            decided = f" reads the text as {rule.cause.value}, and not as {match.built_in.value}"
        else:
            decided = f" reads the text as {rule.cause.value}"
    return f"{rule.place}{decided}. {rule.words}".rstrip()


def sentences_of_rules(diagnosis: Diagnosis) -> list[str]:
    """What the site's rules say of a failure, a paragraph for each rule."""
    return [sentence_of_rule(match, diagnosis.cause) for match in diagnosis.site_rules[:_MOST_RULES]]


def rules_in_report(diagnoses: Iterable[Diagnosis]) -> list[str]:
    """What the site's rules say of several failures, each once."""
    return list(dict.fromkeys(text for one in diagnoses for text in sentences_of_rules(one)))


def checked_rules_text(checked: Sequence[CheckedRule], *, width: int | None = None) -> str:
    """What came of trying rules: a line for each, below it what is wrong or to be known, and how many there are."""
    lines: list[str] = []
    for one in checked:
        state = "wrong" if one.faults else "ok"
        lines += wrap(visible(f"{one.rule.name}: {state}"), width, "", "  ")
        lines += [line for text in one.faults for line in wrap(visible(f"wrong: {text}"), width, "  ", "    ")]
        lines += [line for text in one.notes for line in wrap(visible(f"note: {text}"), width, "  ", "    ")]
    wrong = sum(bool(one.faults) for one in checked)
    tried = sum(len(one.rule.examples) + len(one.rule.counterexamples) for one in checked)
    result = f"{wrong} wrong" if wrong else "all well"
    return "\n".join([*lines, f"{counted(len(checked), 'rule')}, {counted(tried, 'example')}: {result}."])
