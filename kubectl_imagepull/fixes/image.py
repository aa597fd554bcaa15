"""Fixes where the image, its name or its content is at fault."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from kubectl_imagepull.evidence.checks import Check
from kubectl_imagepull.fixes.case import Case
from kubectl_imagepull.fixes.commands import change_spec, container_list, retry, set_image, undo
from kubectl_imagepull.fixes.credentials import add_secret, try_other, unfit_secrets, vendor_tip
from kubectl_imagepull.fixes.fix import Draft
from kubectl_imagepull.fixes.shell import EXISTING_TAG, line, shown
from kubectl_imagepull.vocabulary.causes import Cause, What
from kubectl_imagepull.vocabulary.image_reference import DOCKER_HUB, fault_of, try_parse

_TEMPLATE = re.compile(r"\{\{|\}\}|\$\{|\$\(|\$[A-Za-z_]|[<>]")


def existing_tag(case: Case, why: str) -> Draft:
    """Another tag of the same repository: one that is known to exist, else only somebody who looks there knows one."""
    known = _known(case)
    if not known:
        return Draft.of(why, set_image(case, f"{case.repository}:{EXISTING_TAG}"))
    tags = ", ".join(shown(image.rpartition(":")[2]) for image in known)
    return Draft.of(f"{why} Known to exist: {tags}.", set_image(case, known[0]))


def _known(case: Case) -> tuple[str, ...]:
    """Images of the same repository that are known to exist, the one that ran before first."""
    images = dict.fromkeys((*case.values(Check.PREVIOUS_IMAGE), *case.values(Check.KNOWN_TAGS)))
    own = [(image, reference) for image in images if (reference := try_parse(image))]
    return tuple(image for image, reference in own if reference.repository == case.repository and reference.tag)


def previous(case: Case) -> list[Draft]:
    """Back to the image that ran, where there was one and the workload keeps revisions."""
    change = undo(case)
    if not case.revision or not change.commands:
        return []
    ran = f" ({image})" if (image := next(iter(case.values(Check.PREVIOUS_IMAGE)), "")) else ""
    return [Draft.of(f"Take {case.target} back to the revision with the image that ran{ran}.", change)]


def list_tags(case: Case, why: str) -> Draft:
    """How to see what a repository holds."""
    return Draft(why, (line("skopeo", "list-tags", f"docker://{case.repository}"),) if case.reference else ())


def invalid_reference(case: Case) -> list[Draft]:
    """The name breaks the grammar: correct it, or fill in what was to be filled in."""
    fault = shown(fault_of(case.failure.image) or "the kubelet can't parse it")
    meant = _meant(case.failure.image)
    where = f"In {case.target} the image is {shown(case.failure.image)!r}: {fault}."
    if meant:
        return [Draft.of(f"{where} Probably {meant} is meant.", set_image(case, meant))]
    full = set_image(case, f"REGISTRY/REPOSITORY:{EXISTING_TAG}")
    if _TEMPLATE.search(case.failure.image):
        render = "Render the template with its values (helm, kustomize, envsubst) and apply it again."
        return [Draft(f"{where} {render}", changes=True), Draft.of("Or write the image in full.", full)]
    return [Draft.of(f"{where} Write it in full.", full)]


def _meant(image: str) -> str | None:
    """The image without a scheme, quotation marks, white space or capitals, if that is a valid one with a tag."""
    bare = re.sub(r"\Ahttps?://", "", image.strip().strip("'\"").strip(), flags=re.IGNORECASE)
    name, mark, rest = bare.partition("@")
    if not mark:
        name, mark, rest = bare.rpartition(":")
        rest = rest.replace("+", "-")
    reference = try_parse(f"{name.lower()}{mark}{rest}")
    if reference is None or reference.implied_tag or reference.tag == "latest" or bare == "":
        return None
    meant = f"{name.lower()}{mark}{rest}"
    return None if meant == image else meant


def tag_not_found(case: Case) -> list[Draft]:
    """The tag isn't there; where the registry didn't say so much, perhaps the repository isn't."""
    if case.verdict.details.get("repositoryVerified") is False:
        return [*previous(case), *three_readings(case)]
    reference = case.reference
    if reference is None or reference.digest:
        why = f"{case.repository} holds nothing under this digest: name a tag or digest that exists."
    else:
        why = _no_such_tag(case)
    look = list_tags(case, f"See which tags {case.repository} has (a private one wants skopeo login first).")
    build = Draft(
        "If a build should have pushed it, look there: once it is in the registry, the kubelet finds it within five "
        "minutes and nothing has to be changed."
    )
    return [*previous(case), existing_tag(case, why), look, build]


def _no_such_tag(case: Case) -> str:
    tag = case.reference.tag if case.reference else None
    if case.reference and case.reference.implied_tag:
        return (
            f"The image names no tag, so the cluster asks for latest, and {case.repository} need not have one: "
            "name a tag that exists."
        )
    return f"{case.repository} has no tag {tag}: push it, or name one that exists."


def three_readings(case: Case) -> list[Draft]:
    """Registry or owner left out; the name not in full; no such tag: which comes first depends on what is written."""
    registry, name, tag = (_registry_reading(case), _name_reading(case), _tag_reading(case))
    if case.names_no_registry:
        order = [registry, name, tag]
    elif case.verdict.cause is Cause.TAG_NOT_FOUND:
        order = [tag, name, registry]
    else:
        order = [name, registry, tag]
    first = replace(order[0], text=f"The cluster tried {case.image}. {order[0].text}")
    return [first, *(replace(draft, text=f"Or, {draft.text[0].lower()}{draft.text[1:]}") for draft in order[1:])]


def _registry_reading(case: Case) -> Draft:
    reference = case.reference
    path = reference.path if reference else "NAME"
    owner = f" and owner {path.rpartition('/')[0]}" if "/" in path else ""
    text = f"If registry {case.registry}{owner} isn't where the image is, write the right ones in front of its name."
    if case.names_no_registry:
        text = "If the registry or the owner was left out, write them in front of the name."
    mark = f"@{reference.digest}" if reference and reference.digest else f":{case.tag}"
    return Draft.of(text, set_image(case, f"REGISTRY/OWNER/{path.rpartition('/')[2]}{mark}"))


def _name_reading(case: Case) -> Draft:
    path = case.reference.path if case.reference else "the name"
    return list_tags(
        case,
        f"If the name is not in full or misspelt, correct it: compare each part of {path} with the registry's. This "
        "lists the tags if the repository is there.",
    )


def _tag_reading(case: Case) -> Draft:
    reference = case.reference
    missing = f"has no tag {reference.tag}" if reference else "has no such tag"
    if reference and reference.digest:
        missing = "doesn't hold this digest"
    elif reference and reference.implied_tag:
        missing = "has no tag latest, which the cluster asks for when the image names none"
    return existing_tag(case, f"If the repository is there but {missing}, name one that exists.")


def repository_not_found(case: Case) -> list[Draft]:
    """The repository isn't there under this name."""
    return [*three_readings(case), *previous(case), *vendor_tip(case, Cause.REPOSITORY_NOT_FOUND)]


def not_found_or_private(case: Case) -> list[Draft]:
    """Missing or private: which is likelier depends on whether somebody named a registry, and a secret."""
    if case.secrets:
        private = Draft(
            f"If it is private: the account in secret {' or '.join(case.secrets)} must be allowed to pull it, and the "
            f"secret's entry must be for {case.server}."
        )
        tip = vendor_tip(case, Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE)
        other = try_other(case, "If it is private")
        if unfit := unfit_secrets(case):
            return [*(other or unfit), *three_readings(case)]
        return [*three_readings(case), *other, private, *tip]
    private = add_secret(case, f"If it is private: create a pull secret for {case.registry}, named in {case.target}.")
    private = next(iter(try_other(case, "If it is private")), private)
    if case.registry == DOCKER_HUB:
        return [*three_readings(case), private]
    return [private, *three_readings(case)]


def blob_missing(case: Case) -> list[Draft]:
    """The image is incomplete in the registry (or in the cache before it)."""
    push = Draft(
        f"Push {case.image} again from where it was built: the registry has its manifest and lacks a part of it. The "
        "kubelet then finds it within five minutes."
    )
    drafts = [push, existing_tag(case, "Until then name a tag that is complete."), *previous(case)]
    if case.is_mirrored:
        cache = Draft(f"{case.host} answered for {case.registry}: if it is a cache, delete its copy of the image.")
        drafts.insert(0, cache)
    return drafts


def platform_mismatch(case: Case) -> list[Draft]:
    """No variant for the node: build one, or run elsewhere."""
    tag = f"{case.repository}:{'NEW_TAG' if case.tag == EXISTING_TAG else case.tag}"
    columns = ("-L", "kubernetes.io/os,kubernetes.io/arch")
    build = Draft(
        f"Build the image for the platform of {case.the_node} as well, and push it.",
        (line("docker", "buildx", "build", "--platform=linux/amd64,linux/arm64", "-t", tag, "--push", "."),),
    )
    # no valid label: the API server refuses it until it is filled in
    selector = {"nodeSelector": {"kubernetes.io/arch": "<ARCHITECTURE>"}}
    select = Draft.of(
        "Or let it run only on nodes that it is built for; the first command shows what the nodes are.",
        change_spec(case, selector),
        before=(case.kubectl("get", "nodes", *columns),),
    )
    look = Draft(
        "See what the image is built for; on Windows the build number must fit the node's, too.",
        (line("skopeo", "inspect", "--raw", f"docker://{case.image}"),) if case.reference else (),
    )
    drafts = [build, select, look]
    if case.reference and case.reference.digest:
        pinned = "The digest may be that of one platform's image: pin the digest of the whole index instead."
        drafts.insert(0, existing_tag(case, pinned))
    return drafts


def unsupported_manifest(case: Case) -> list[Draft]:
    """Something else stands under this name, or an image in a format that is no longer taken."""
    look = Draft(
        f"See what stands under {case.image}: a Helm chart or another artifact is no container image.",
        (line("skopeo", "inspect", "--raw", f"docker://{case.image}"),) if case.reference else (),
    )
    return [
        look,
        existing_tag(case, "Name a container image."),
        Draft("If it is an old image (schema 1), build and push it again: containerd 2.1 and Docker 28 refuse it."),
        Draft(f"If an HTML page came back, {case.host} (or a mirror before it) is no registry at this address."),
    ]


def corrupt_content(case: Case) -> list[Draft]:
    """What came doesn't check out: a bad copy on the node, on the way or in the registry."""
    clean = Draft(
        f"{case.on_node}: delete what is left of the image; then make the pod anew. If other nodes fail as well, it "
        "isn't this.",
        (line("sudo", "crictl", "rmi", case.image),) if case.reference else (),
    )
    push = Draft(f"Push {case.image} again from where it was built: the registry's copy is damaged.")
    way = Draft(f"Something on the way to {case.host} changes content: look at mirrors, caches and proxies between.")
    old = Draft("'invalid tar header' on a Docker before 23 means zstd layers: update Docker, a push doesn't help.")
    drafts = [clean, push, way, old] if case.service in {None, "docker"} else [clean, push, way]
    if retry(case):
        drafts.insert(1, Draft("Make the pod anew, to pull at once.", retry(case)))
    return drafts


def signature_rejected(case: Case) -> list[Draft]:
    """The image isn't signed as the policy asks."""
    policy = {
        "crio": "/etc/containers/policy.json on the node",
        "containerd": "the image verifiers in /etc/containerd/config.toml on the node",
    }.get(case.service or "", "/etc/containers/policy.json (CRI-O) or containerd's image verifiers on the node")
    return [
        Draft(f"Sign {case.image} with the key that the policy asks for, and push the signature."),
        existing_tag(case, "Or name a tag that is signed."),
        Draft(f"If the image should pass, see what is asked: the policy is {policy}, or in the registry (Harbor)."),
    ]


def short_name_ambiguous(case: Case) -> list[Draft]:
    """The runtime wants the registry written out."""
    path = case.reference.path.removeprefix("library/") if case.reference else "NAME"
    return [
        Draft.of(
            f"Write the registry in front of the name; {case.image} is meant if it comes from Docker Hub.",
            set_image(case, f"{case.repository}:{case.tag}"),
        ),
        Draft(
            f"{case.on_node}: or let the runtime look for short names like {path} in one registry, by "
            "unqualified-search-registries in /etc/containers/registries.conf.",
            (line("grep", "-rn", "unqualified-search-registries", "/etc/containers/"),),
        ),
    ]


def never_pull(case: Case) -> list[Draft]:
    """Let it be pulled, or bring it to the node."""
    pull = Draft.of(
        "Let the kubelet pull the image where the node doesn't have it.",
        change_spec(case, _pull_policy(case)),
    )
    load = Draft(
        f"{case.on_node}: or bring the image there; containerd doesn't see what docker images lists.",
        ("sudo ctr -n k8s.io images import IMAGE.tar", "sudo crictl images"),
    )
    proof = Draft(
        "If the node has it (Kubernetes 1.35 and later): it was pulled with other credentials than this pod's. Give "
        "the pod a pull secret that may pull it."
    )
    return [pull, load, proof]


def _pull_policy(case: Case) -> dict[str, Any]:
    if case.failure.what is What.IMAGE_VOLUME:
        return {"volumes": [{"name": case.volume, "image": {"pullPolicy": "IfNotPresent"}}]}
    return {container_list(case): [{"name": case.container, "imagePullPolicy": "IfNotPresent"}]}


IMAGE: Mapping[Cause, Callable[[Case], list[Draft]]] = {
    Cause.INVALID_REFERENCE: invalid_reference,
    Cause.TAG_NOT_FOUND: tag_not_found,
    Cause.REPOSITORY_NOT_FOUND: repository_not_found,
    Cause.REPOSITORY_NOT_FOUND_OR_PRIVATE: not_found_or_private,
    Cause.BLOB_MISSING: blob_missing,
    Cause.PLATFORM_MISMATCH: platform_mismatch,
    Cause.UNSUPPORTED_MANIFEST: unsupported_manifest,
    Cause.CORRUPT_CONTENT: corrupt_content,
    Cause.SIGNATURE_REJECTED: signature_rejected,
    Cause.SHORT_NAME_AMBIGUOUS: short_name_ambiguous,
    Cause.NEVER_PULL: never_pull,
}
