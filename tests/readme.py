"""The commands in README and the pages beside it, and where each of them is run: one that stands nowhere here fails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from generate_docs import ROOT

from kubectl_imagepull import COMMAND

DOCUMENTS = ("README.md", "CONTRIBUTING.md", "docs/install.md", "docs/usage.md", "docs/rights.md", "docs/rules.md")
_COMMAND = re.compile(r"(?:.*\| |source <\()?(?:kubectl imagepull|kubectl krew|kubectl-imagepull|make|pipx|uv) \S.*")
#: What leaves out how the program is called; words in capitals stand for others.
_SHORT = re.compile(r"(?:scan|diagnose|classify|explain|demo|completion) (?!.*\b[A-Z]{2}).+")
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True)
class Run:
    """What a command prints and how it ends; `until_stopped` is for one that goes on until it is interrupted.

    `notes` is what standard error begins with.
    """

    prints: str
    code: int = 0
    until_stopped: bool = False
    notes: str = ""


WELL = "deployment/web: no failed image pull\n"
#: Needs no cluster: tests/test_readme.py.
HERE = {
    "make demo": Run("KubeletThrottled "),
    "make help": Run("  demo          Diagnose the recorded cluster that ships with the program\n"),
    "kubectl imagepull version": Run("kubectl-imagepull "),
    "kubectl imagepull demo": Run("That was a recording."),
    "kubectl imagepull demo -o html > demo.html": Run(""),
    "kubectl imagepull completion install": Run("kubectl_complete-imagepull"),
    "kubectl imagepull completion uninstall": Run("nothing to remove\n"),
    "source <(kubectl-imagepull completion bash)": Run(""),
    "kubectl imagepull explain TagNotFound": Run("TagNotFound: this tag or digest is not in the registry\n"),
    "kubectl imagepull explain 401": Run("401 may stand for:\n"),
    "kubectl imagepull explain x509": Run("x509 may stand for:\n"),
    "kubectl imagepull explain ErrImagePull": Run("ErrImagePull: the last pull has failed"),
    "kubectl imagepull report 'pull QPS exceeded'": Run(
        "### Raw message\n", notes="note: read it before you post it, "
    ),
    "kubectl imagepull rules example > rules.yaml": Run(""),
    "kubectl imagepull rules check rules.yaml": Run("web-filter: ok\n"),
    "kubectl imagepull rules check": Run("web-filter: ok\n"),
    "kubectl imagepull help diagnose": Run("Usage: kubectl imagepull diagnose [OPTIONS] "),
    "kubectl imagepull classify 'pull QPS exceeded'": Run("KubeletThrottled"),
    "kubectl describe pod web-1 | kubectl imagepull classify": Run(
        "TagNotFound: this tag or digest is not in the registry\n"
    ),
    "journalctl -u kubelet | grep -i pull | kubectl imagepull classify -o json": Run('{"cause": "TagNotFound", '),
    "kubectl imagepull check -f manifests/ --no-cluster --exit-code": Run(
        "CAN'T TELL  localhost:5000/team/app:1.2.3\n", 4
    ),
    "kubectl imagepull check nginx:1.27 --no-cluster --offline": Run("NOT ASKED   docker.io/library/nginx:1.27\n"),
    "kubectl imagepull diagnose --from must-gather/": Run(
        "TagNotFound  shop/deployment/frontend  4 pods on worker-a, 5m40s\n"
    ),
}
#: Takes a cluster: tests/e2e/test_readme.py.
ON_A_CLUSTER = {
    "kubectl imagepull scan -A": Run("KubeletThrottled "),
    "kubectl imagepull scan -n shop -l app=web -o wide": Run(
        "No failed image pulls: looked at 2 pods (namespace shop, "
    ),
    "kubectl imagepull scan -A --cause TagNotFound --since 1h": Run("other failures left out, as asked for."),
    "kubectl imagepull scan -A --all": Run("KubeletThrottled "),
    "kubectl imagepull scan -A --watch": Run("TagNotFound ", 130, until_stopped=True),
    "kubectl imagepull diagnose": Run("TagNotFound  shop/deployment/frontend  4 pods on worker-a, "),
    "kubectl imagepull diagnose sts/gateway -n payments": Run(
        "NoCredentials  payments/statefulset/gateway  2 pods on worker-a, "
    ),
    "kubectl imagepull diagnose deploy/web -n shop": Run(WELL),
    "kubectl imagepull report deploy/web -n shop --expected DnsFailure": Run("", 3),
    "kubectl imagepull check deploy/web": Run("CAN'T TELL  "),
    "kubectl imagepull diagnose deploy/web --probe": Run(WELL),
    "kubectl imagepull diagnose deploy/web -n shop --details": Run(WELL),
    "kubectl imagepull diagnose shop/deployment/web": Run(WELL),
    "kubectl imagepull diagnose deploy/web --wait": Run("No failed image pulls: looked at 22 pods (namespace shop, "),
    "kubectl imagepull diagnose deploy/web --wait 2m --exit-code": Run(
        "No failed image pulls: looked at 22 pods (namespace shop, "
    ),
    "kubectl imagepull scan -A -o html > report.html": Run(""),
    "kubectl imagepull -n shop scan": Run("TagNotFound "),
    "kubectl imagepull scan --watch": Run("TagNotFound ", 130, until_stopped=True),
    "kubectl imagepull diagnose --wait": Run("still failing: TagNotFound: ", 130, until_stopped=True),
    "kubectl imagepull diagnose deploy/web --wait 2m -o junit > pulls.xml": Run(""),
    "kubectl imagepull scan --all-contexts": Run("CLUSTER  CAUSE "),
    "kubectl imagepull diagnose deploy/web --context eu --context us": Run(WELL),
    "kubectl imagepull record failing.json": Run(""),
    "kubectl imagepull record failing.json -n shop": Run(""),
    "kubectl imagepull record failing.json.gz -A": Run(""),
    "kubectl imagepull record web.json deploy/web -n shop": Run(""),
    "kubectl imagepull record failing.json --pseudonyms key.json": Run(""),
    "kubectl imagepull record - -n shop | kubectl imagepull diagnose --from -": Run(
        "TagNotFound  shop/deployment/frontend  4 pods on worker-a, "
    ),
}
#: Not run by a test of this kind, and why.
ELSEWHERE = {
    "make test": "runs these very tests",
    "make lint": "has to pass before a change lands, as make test has",
    "make e2e": "runs the tests on a cluster, those of README among them",
    "make bench": "takes minutes, and measures: docs/performance.md has what it printed",
    "make browser": "looks at the HTML report in Chromium, and so is itself a test",
    "make format": "changes the code where make lint fails",
    "make docs": "tests/test_docs.py fails where it would change anything",
    "make package": "make krew-check does it first",
    "make krew-check": "installs what is packaged, and so is itself a test",
    "make krew-index URL=https://files.corp.example/imagepull": "make krew-check makes an index in the same way",
    "kubectl krew install --manifest=dist/krew-index/plugins/imagepull.yaml "
    "--archive=dist/kubectl-imagepull_v0.1.0_linux_amd64.tar.gz": "make krew-check installs so by krew",
    "kubectl krew index add corp https://git.corp.example/krew-index.git": "make krew-check adds an index of its own",
    "kubectl krew install corp/imagepull": "make krew-check installs from an index of its own",
    "pipx install .": "make krew-check installs by pipx and runs what it installed",
    "uv tool install .": "make krew-check installs by uv and runs what it installed",
}


def commands(text: str) -> list[str]:
    """The commands of this project in a Markdown text, each once: in code blocks, and in code within the text.

    Of a console block only what is typed counts; what a comment in a shell block offers instead counts as well.
    """
    return list(dict.fromkeys(one for one in _candidates(text) if _COMMAND.fullmatch(one)))


def in_documents() -> list[str]:
    """Those of README and of the pages that say how to install and use the program."""
    return commands("\n\n".join((ROOT / name).read_text(encoding="utf-8") for name in DOCUMENTS))


def _candidates(text: str) -> Iterator[str]:
    for language, block in _FENCE.findall(text):
        for line in block.splitlines():
            if language == "console":
                if line.startswith("$ "):
                    yield line[2:].strip()
            else:
                command, _, comment = line.partition(" #")
                yield command.strip()
                yield comment.strip().removeprefix("or: ")
    for code in _INLINE.findall(_FENCE.sub("", text)):
        command = code.replace(r"\|", "|").strip()
        yield f"{COMMAND} {command}" if _SHORT.fullmatch(command) else command
