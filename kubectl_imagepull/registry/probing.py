"""Many images -> what their registries say: each image asked about once, registries side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from time import monotonic

from kubectl_imagepull.registry.connections import Connections, tls_settings
from kubectl_imagepull.registry.exchange import RegistrySender
from kubectl_imagepull.registry.image_answer import ImageAnswer, ImageState
from kubectl_imagepull.registry.image_probe import SECONDS_FOR_IMAGE, ImageProbe, ImageQuestion
from kubectl_imagepull.registry.reach import ReachPolicy

#: Registries that are asked at once, and images of one registry.
_REGISTRIES = 24
_IMAGES = 4
#: Seconds for one registry, whatever is asked of it.
SECONDS_FOR_REGISTRY = 60.0
#: So many images without any answer end the questions to their registry: each may take as long as the first.
_MOST_SILENT = 2


@dataclass(frozen=True)
class ProbeOptions:
    """How registries may be asked."""

    #: Hosts that may be at private addresses, as `--probe-allow` has them.
    allowed: tuple[str, ...] = ()
    #: The path of a PEM file with more authorities; None for the system's alone.
    authorities: str | None = None


def probe_images(
    questions: Iterable[ImageQuestion], options: ProbeOptions, sender: RegistrySender | None = None
) -> dict[ImageQuestion, ImageAnswer]:
    """What the registries say of the images; raises AuthoritiesError where the authorities can't be used."""
    reach = ReachPolicy(options.allowed)
    connections = None if sender else Connections(reach, tls_settings(options.authorities))
    by_registry: dict[str, list[ImageQuestion]] = {}
    for question in dict.fromkeys(questions):
        by_registry.setdefault(question.image.registry, []).append(question)
    used = sender or connections
    if used is None:
        return {}
    series = [_Series(registry, asked, used, reach) for registry, asked in by_registry.items()]
    waiting: SimpleQueue[_Series] = SimpleQueue()
    # each worker takes one image at a time; a registry stands in line as often as it may be asked at once
    for place in range(_IMAGES):
        for one in series:
            if place < len(one.questions):
                waiting.put(one)
    threads = [
        Thread(target=_work, args=(waiting,), daemon=True) for _ in range(min(len(series), _REGISTRIES) * _IMAGES)
    ]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        if connections is not None:
            connections.close()
    return {question: answer for one in series for question, answer in one.answers.items()}


def _work(waiting: SimpleQueue[_Series]) -> None:
    while True:
        try:
            series = waiting.get_nowait()
        except Empty:
            return
        series.run()


class _Series:
    """The questions to one registry, which several workers take from."""

    def __init__(
        self, registry: str, questions: list[ImageQuestion], sender: RegistrySender, reach: ReachPolicy
    ) -> None:
        self.questions = questions
        self.answers: dict[ImageQuestion, ImageAnswer] = {}
        self._probe = ImageProbe(registry, sender, reach)
        self._left = list(reversed(questions))
        self._lock = Lock()
        self._silent = 0
        self._until = 0.0

    def run(self) -> None:
        """Asks until no question is left."""
        while (question := self._next()) is not None:
            answer = self._given_up() or self._probe.ask(question)
            with self._lock:
                self.answers[question] = answer
                self._silent = self._silent + 1 if answer.state is ImageState.UNANSWERED else 0

    def _next(self) -> ImageQuestion | None:
        with self._lock:
            self._until = self._until or monotonic() + SECONDS_FOR_REGISTRY
            return self._left.pop() if self._left else None

    def _given_up(self) -> ImageAnswer | None:
        with self._lock:
            if self._silent >= _MOST_SILENT:
                return ImageAnswer(ImageState.UNANSWERED, "not asked: it gave no answer about other images")
            if monotonic() + SECONDS_FOR_IMAGE > self._until:
                return ImageAnswer(ImageState.UNANSWERED, f"not asked: {SECONDS_FOR_REGISTRY:g} s are over")
        return None


def answers_by_image(answers: Mapping[ImageQuestion, ImageAnswer]) -> dict[str, ImageAnswer]:
    """The answers by the full reference of their images; one that tells something stands before one that doesn't."""
    by_image: dict[str, ImageAnswer] = {}
    for question, answer in sorted(answers.items(), key=lambda pair: pair[1].tells):
        by_image[str(question.image)] = answer
    return by_image
