"""Rules of a user's own site, as values: what a company knows of its own proxies, mirrors and registries."""

from __future__ import annotations

from dataclasses import dataclass

from kubectl_imagepull.vocabulary.causes import Cause

#: What everything is marked by that comes from the site's rules and not from the program.
BY_YOUR_RULES = "By your rules"
#: What they are called where they can't be used.
YOUR_RULES = "your rules"


@dataclass(frozen=True)
class SiteRule:
    """One entry of a rules file: what it reads, and what it says of that."""

    #: The name by which outputs tell which rule it was.
    name: str
    #: The file that it stands in, as outputs show it.
    file: str
    #: The line of the file, counted from 1, on which it begins.
    line: int
    #: Wordings of messages, one of which has to stand in the text; `*` is whatever stands between. () for any text.
    messages: tuple[str, ...] = ()
    #: The host that the failure has to be about: `HOST`, `HOST:PORT` or `*.DOMAIN`; "" for any.
    host: str = ""
    #: The cause that such a text names; None where the rule only adds words.
    cause: Cause | None = None
    #: What people ought to know, in a sentence; "" for nothing.
    sentence: str = ""
    #: The address of the site's own runbook; "" for none.
    runbook: str = ""
    #: Whom to ask; "" for nobody.
    ask: str = ""
    #: What the rule has to read: messages, or hosts where it has no wordings.
    examples: tuple[str, ...] = ()
    #: What it must not read.
    counterexamples: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """Which rule it is, for a sentence."""
        return f"rule {self.name} in {self.file}"

    @property
    def words(self) -> str:
        """What it says, for people, without the cause."""
        sentence = (
            self.sentence if self.sentence.endswith((".", "!", "?")) or not self.sentence else f"{self.sentence}."
        )
        ask = f"Ask {self.ask}." if self.ask else ""
        runbook = f"Runbook: {self.runbook}" if self.runbook else ""
        return " ".join(filter(None, (sentence, ask, runbook)))


@dataclass(frozen=True)
class SiteRuleMatch:
    """A rule that reads a failure."""

    #: The rule.
    rule: SiteRule
    #: Whether it is the one that named the text's cause.
    named_cause: bool
    #: What the program's own rules read in the same text.
    built_in: Cause


@dataclass(frozen=True)
class SiteRules:
    """The rules that hold for a run."""

    #: The rules in their order; the first that matches and has a cause names it.
    rules: tuple[SiteRule, ...] = ()
    #: Why the user's own file, which nobody named, is not used; "" where it is, or where there is none.
    unread: str = ""


@dataclass(frozen=True)
class CheckedRule:
    """A rule, and what came of trying it."""

    #: The rule.
    rule: SiteRule
    #: What is wrong with it, a sentence each.
    faults: tuple[str, ...] = ()
    #: What to know of it, a sentence each.
    notes: tuple[str, ...] = ()


NO_SITE_RULES = SiteRules()
