"""The examples that stand at the end of each command's help; tests run every one of them."""

from __future__ import annotations

from collections.abc import Mapping

from kubectl_imagepull import COMMAND, PROGRAM

#: By command, "" for the program itself: lines as they are typed, and what they are for.
EXAMPLES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "": (
        (f"{COMMAND} scan -A", "what fails in the whole cluster"),
        (f"{COMMAND} diagnose deploy/web -n shop", "what is wrong with one workload, and what to do"),
    ),
    "scan": (
        (f"{COMMAND} scan -A", "the whole cluster"),
        (f"{COMMAND} scan -n shop -l app=web -o wide", "some pods, with nodes and confidence"),
        (f"{COMMAND} scan -A --watch", "keep it current"),
        (f"{COMMAND} scan -A -o html > report.html", "a page to pass on"),
    ),
    "diagnose": (
        (f"{COMMAND} diagnose", "all that fails in this namespace"),
        (f"{COMMAND} diagnose deploy/web -n shop", "one workload"),
        (f"{COMMAND} diagnose deploy/web -n shop --details", "every fix, and the evidence"),
        (f"{COMMAND} diagnose deploy/web --wait", "after a fix: until the pods run"),
        (f"{COMMAND} diagnose --from must-gather/", "somebody else's cluster, from a dump"),
    ),
    "record": (
        (f"{COMMAND} record failing.json", "what fails in this namespace"),
        (f"{COMMAND} record failing.json.gz -A", "in the whole cluster, compressed"),
        (f"{COMMAND} record web.json deploy/web -n shop", "with one workload, whether it fails or not"),
        (f"{COMMAND} record failing.json --pseudonyms key.json", "with other names, and the key to them"),
        (f"{COMMAND} record - -n shop | {COMMAND} diagnose --from -", "to standard output"),
    ),
    "check": (
        (f"{COMMAND} check -f manifests/ --no-cluster --exit-code", "before deploying"),
        (f"{COMMAND} check deploy/web", "a workload, scaled to 0 too"),
        (f"{COMMAND} check nginx:1.27 --no-cluster --offline", "one image's name"),
    ),
    "classify": (
        (f"{COMMAND} classify 'pull QPS exceeded'", "one message"),
        (f"journalctl -u kubelet | grep -i pull | {COMMAND} classify -o json", "many"),
    ),
    "report": (
        (f"{COMMAND} report deploy/web -n shop --expected DnsFailure", "a diagnosis"),
        (f"{COMMAND} report 'pull QPS exceeded'", "a message"),
    ),
    "rules": ((f"{COMMAND} rules example > rules.yaml", "begin a file"),),
    "rules check": (
        (f"{COMMAND} rules check rules.yaml", "a file"),
        (f"{COMMAND} rules check", "your own file"),
    ),
    "rules example": ((f"{COMMAND} rules example > rules.yaml", ""),),
    "explain": (
        (f"{COMMAND} explain TagNotFound", "a cause"),
        (f"{COMMAND} explain 401", "a status"),
        (f"{COMMAND} explain x509", "a word of the message"),
        (f"{COMMAND} explain ErrImagePull", "what kubectl shows"),
    ),
    "demo": ((f"{COMMAND} demo", ""), (f"{COMMAND} demo -o html > demo.html", "the page that -o html makes")),
    "version": ((f"{COMMAND} version", ""),),
    "completion": ((f"{COMMAND} completion install", "through kubectl"),),
    "completion install": ((f"{COMMAND} completion install", ""),),
    "completion uninstall": ((f"{COMMAND} completion uninstall", ""),),
    "completion bash": ((f"source <({PROGRAM} completion bash)", ""),),
    "completion zsh": ((f"source <({PROGRAM} completion zsh)", ""),),
    "completion fish": ((f"{PROGRAM} completion fish | source", ""),),
    "completion powershell": ((f"{PROGRAM} completion powershell | Out-String | Invoke-Expression", ""),),
}


def examples_of(command: str) -> str:
    """The end of a command's help: a paragraph that the parser doesn't fill anew."""
    rows = EXAMPLES[command]
    column = max(len(line) for line, _ in rows)
    lines = [f"  {line.ljust(column)}  # {purpose}" if purpose else f"  {line}" for line, purpose in rows]
    return "\n".join(["\b", "Examples:", *lines])
