"""RegistryRelocated: the image in its new place, or a copy of it."""

from __future__ import annotations

from situations import WEB, deployment, fails, node, runs, shown

MOVED = "denied: Container Registry is deprecated and shutting down, please use Artifact Registry."


def test_the_place_that_the_message_names() -> None:
    name, copy = shown(deployment(fails(text=MOVED)))
    assert name == (
        "registry.example.com says that the image has moved, or that the registry was shut down: use the location in "
        "its message.",
        ['kubectl set image deployment/web app="${NEW_IMAGE:?the image at its new location, with a tag}" -n shop'],
    )
    assert copy == (
        "Or, if it has no new location, copy the image to your own registry from wherever it still exists.",
        [],
    )


def test_a_node_that_still_has_it_can_give_a_copy() -> None:
    copy = shown(deployment(fails(text=MOVED), runs(WEB, name="web-6b-1"), Node=[node("node-b", WEB)]))[1]
    assert copy[0] == (
        "Or copy the image to your own registry from a node that still has it, such as node-b: export it from the "
        "runtime there, load it elsewhere and push it."
    )


def test_what_is_known_of_a_place_says_it_better() -> None:
    image = "k8s.gcr.io/kube-proxy:v1.30.0"
    assert shown(deployment(fails(image, MOVED), image=image)) == [
        (
            (
                "k8s.gcr.io has been frozen since April 2023: the same images are at registry.k8s.io, newer ones "
                "only there."
            ),
            ["kubectl set image deployment/web app=registry.k8s.io/kube-proxy:v1.30.0 -n shop"],
        )
    ]


def test_red_hat_names_the_registry_that_has_it() -> None:
    image = "registry.access.redhat.com/rhscl/httpd-24-rhel7:2.4"
    text = "unsupported: This repo requires terms acceptance and is only available on registry.redhat.io"
    assert shown(deployment(fails(image, text), image=image))[0] == (
        "registry.access.redhat.com says that the image is only at registry.redhat.io: pull it from there.",
        ["kubectl set image deployment/web app=registry.redhat.io/rhscl/httpd-24-rhel7:2.4 -n shop"],
    )
    elsewhere = text.replace("registry.redhat.io", "registry.evil.example")
    assert shown(deployment(fails(image, elsewhere), image=image))[0][1][0].startswith(
        'kubectl set image deployment/web app="${NEW_IMAGE:'
    )
