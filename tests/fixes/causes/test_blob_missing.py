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
        f"registry.example.com has the manifest of {WEB} and lacks a part of the image: have it pushed again, whole. "
        "The kubelet finds it within five minutes."
    )
    assert (first.who, first.brief) == (Who.PUBLISHER, "Have shop/web:v9 pushed again")
    assert other.text == "Until then name a tag of registry.example.com/shop/web that is whole. Known to exist: v8."
    assert lines(other) == ["kubectl set image deployment/web app=registry.example.com/shop/web:v8 -n shop"]


def test_a_stranger_s_image_is_told_to_who_publishes_it() -> None:
    image = "quay.io/acme/app:v9"
    first = fixes(deployment(fails(image, NO_BLOB), image=image))[0]
    assert first.text == (
        f"quay.io has the manifest of {image} and lacks a part of the image: tell whoever publishes it, and take another "
        "tag until then."
    )


def test_a_cache_that_holds_a_part_of_it_comes_first() -> None:
    first = shown(deployment(fails(text=FROM_MIRROR)))[0]
    assert first == (
        "mirror.corp.example answered for registry.example.com and holds the image only in part: ask who runs it to "
        "delete its copy, so that it is fetched again.",
        [f"skopeo inspect docker://{WEB}"],
    )
