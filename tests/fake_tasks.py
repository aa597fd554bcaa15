"""Tasks on a node, each as a fix that says which one it is: what a cause asks for, and not how a node does it."""

from __future__ import annotations

from types import ModuleType

import pytest

from kubectl_imagepull.fixes.context.fix_context import FixContext
from kubectl_imagepull.vocabulary.command import Step
from kubectl_imagepull.vocabulary.fix import Fix, Where, Who


class FakeTasks:
    """Every task of a node, by its name."""

    def __init__(self, context: FixContext) -> None:
        self.context = context

    def _task(self, name: str, why: str = "", *steps: Step) -> tuple[Fix, ...]:
        text = f"TASK {name}: {why}" if why else f"TASK {name}"
        return (Fix(text, steps, Who.CLUSTER_ADMIN, where=Where.NODE),)

    def mirror(self) -> tuple[Fix, ...]:
        return self._task("mirror")

    def unnamed_mirror(self, why: str) -> tuple[Fix, ...]:
        return self._task("unnamed_mirror", why)

    def load_image(self) -> tuple[Fix, ...]:
        return self._task("load_image")

    def restart_runtime(self, why: str) -> tuple[Fix, ...]:
        return self._task("restart_runtime", why)

    def clear_downloads(self, why: str) -> tuple[Fix, ...]:
        return self._task("clear_downloads", why)

    def delete_image(self, why: str) -> tuple[Fix, ...]:
        return self._task("delete_image", why)

    def run(self, why: str, *steps: Step) -> tuple[Fix, ...]:
        return self._task("run", why, *steps)


def use_fake_tasks(monkeypatch: pytest.MonkeyPatch, module: ModuleType) -> None:
    """Lets a cause's module ask these for its tasks."""
    monkeypatch.setattr(module, "tasks_for", FakeTasks)
