"""A recorded list -> the same list with pseudonyms for the names in it, and the key that turns them back."""

from __future__ import annotations

import random

from kubectl_imagepull.kube.objects import JsonObject, object_of
from kubectl_imagepull.kube.recording.head import HEAD
from kubectl_imagepull.kube.recording.texts_of_objects import TextKind, with_texts
from kubectl_imagepull.recorder.private_words import PrivateWords
from kubectl_imagepull.recorder.pseudonym_maker import PseudonymMaker
from kubectl_imagepull.recorder.public_words import PUBLIC_WORDS
from kubectl_imagepull.vocabulary.pseudonyms import Pseudonyms


def pseudonymised(
    document: JsonObject, key: Pseudonyms, chance: random.Random | None = None
) -> tuple[JsonObject, Pseudonyms]:
    """The list with pseudonyms, and the key with the words that came to it."""
    private = PrivateWords()
    private.add(document)
    names = dict(key.names)
    maker = PseudonymMaker(names, PUBLIC_WORDS | private.seen, chance or random.SystemRandom())
    # what is called as another's pseudonym would turn back into the other's name
    maker.add_words(private.words | {one for one in private.seen if one in names and one.isalnum()})
    maker.add_addresses(private.addresses | {one for one in private.seen if one in names and "." in one})
    maker.add_uuids(private.uuids)
    key = Pseudonyms(key.key_id, names)
    made = with_texts(document, lambda text, kind: text if kind is TextKind.FIXED else key.replaced(text))
    made["metadata"] = {**object_of(made["metadata"]), "names": "pseudonyms"}
    made[HEAD] = {**object_of(made[HEAD]), "pseudonyms": key.key_id}
    return made, key
