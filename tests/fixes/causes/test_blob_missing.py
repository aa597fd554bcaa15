"""BlobMissing: pushed again, or taken out of the cache that holds it in part."""

from __future__ import annotations

from situations import WEB, deployment, fails, fixes, lines, runs, shown

from kubectl_imagepull.vocabulary.fix import Who

NO_BLOB = (
    "failed to copy: httpReadSeeker: failed open: could not fetch content descriptor sha256:4c from remote: not found"
)
FROM_MIRROR = (
    "failed to copy: httpReadSeeker: failed open: content at https://mirror.corp.example/v2/shop/web/blobs/sha256:4c"
    "?ns=registry.example.com not found: not found"
)


def test_the_image_is_pushed_again() -> None:
    first, other = fixes(deployment(fails(text=NO_BLOB), runs("registry.example.com/shop/web:v8")))
    assert first.text == (
        f"registry.example.com has the manifest of {WEB}, but part of the image is missing: have the whole image "
        "pushed again. The kubelet retries within five minutes."
    )
    assert (first.who, first.brief) == (Who.PUBLISHER, "Have shop/web:v9 pushed again")
    assert other.text == "Until then use a tag of registry.example.com/shop/web that is complete. Known to exist: v8."
    assert lines(other) == ["kubectl set image deployment/web app=registry.example.com/shop/web:v8 -n shop"]


def test_a_stranger_s_image_is_told_to_who_publishes_it() -> None:
    image = "quay.io/acme/app:v9"
    first = fixes(deployment(fails(image, NO_BLOB), image=image))[0]
    assert first.text == (
        f"quay.io has the manifest of {image}, but part of the image is missing: tell whoever publishes it, and use "
        "another tag until it is fixed."
    )


def test_a_cache_that_holds_a_part_of_it_comes_first() -> None:
    first = shown(deployment(fails(text=FROM_MIRROR)))[0]
    assert first == (
        "mirror.corp.example answered for registry.example.com and has only part of the image: ask whoever runs it "
        "to delete its copy, so that the image is fetched again.",
        [f"skopeo inspect docker://{WEB}"],
    )
