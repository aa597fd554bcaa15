"""A user's terminal: pastes commands, and tells what each of them changed in the cluster, whatever it is."""

from __future__ import annotations

import subprocess
from typing import NamedTuple

from e2e.admin import RESOURCES, Admin, AdminError, Json
from e2e.differences import differences
from e2e.program import LONGEST, Program
from e2e.store import Store, Stored, changed

#: What the fixes ask for; it holds what a shell would take apart.
PASSWORD = r'it\'s $HOME "and" `more` \n\\'  # noqa: S105 - no login of anything
_KINDS = {
    "minions": "Node",
    "controllers": "ReplicationController",
    **{resource: kind for kind, (_, resource) in RESOURCES.items()},
}
#: How long a command may run before it is looked whether it waits for a kubelet, in seconds.
_PATIENCE = 0.05


class Pasted(NamedTuple):
    """What came of a command: its exit code, its output, and the changes."""

    code: int
    stdout: str
    stderr: str
    changes: list[str]


class Terminal:
    """Runs commands against one cluster and can put it back as it was at the beginning."""

    def __init__(self, program: Program, admin: Admin, store: Store) -> None:
        self.admin = admin
        self._program, self._store = program, store
        self._first = store.all(values=True)
        self._now: dict[str, Stored] = dict(self._first)
        self.objects = {key: found for key in self._first if (found := self._read(key)) is not None}
        self._wanted, self._all = self._first, dict(self.objects)

    def keep(self) -> None:
        """What is there now is what `reset` goes back to."""
        self.look()
        self._wanted, self._all = self._store.all(values=True), dict(self.objects)

    def paste(self, command: str, *, shell: str = "bash", password: str = PASSWORD) -> Pasted:
        """Runs a command; a password that it asks for is in the variable that it looks for first."""
        process = subprocess.Popen(
            [shell, "-c", command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**self._program.environment, "REGISTRY_PASSWORD": password},
            # without the terminal of whoever runs the tests
            start_new_session=True,
        )
        for _ in range(int(LONGEST / _PATIENCE)):
            try:
                stdout, stderr = process.communicate(timeout=_PATIENCE)
                break
            except subprocess.TimeoutExpired:
                self._stop_pods()
        else:
            process.kill()
            raise TimeoutError(command)
        return Pasted(process.returncode, stdout, stderr, self.look())

    def look(self) -> list[str]:
        """What has changed since the last look."""
        now = self._store.all()
        lines = []
        for key in changed(self._now, now):
            after = self._read(key) if key in now else None
            lines += differences(key, self.objects.get(key), after)
            self.objects.pop(key, None)
            if after is not None:
                self.objects[key] = after
        self._now = now
        return lines

    def reset(self) -> None:
        """Puts the cluster back."""
        self._wanted = self._put_back(self._wanted)
        self.objects = dict(self._all)

    def close(self) -> None:
        """Puts the cluster back as it was at the very beginning."""
        self._put_back(self._first)

    def _put_back(self, wanted: dict[str, Stored]) -> dict[str, Stored]:
        self._store.put_back(wanted, self._store.all())
        self._now = self._store.all()
        # what was put back was written anew, and is what it was
        return {key: Stored(self._now[key].revision, stored.value) for key, stored in wanted.items()}

    def find(self, kind: str, namespace: str, name: str) -> Json:
        """An object as it is now."""
        return next(
            item
            for item in self.objects.values()
            if (item["kind"], item["metadata"].get("namespace", ""), item["metadata"]["name"])
            == (kind, namespace, name)
        )

    def _read(self, key: str) -> Json | None:
        """The object under a key; None for what has no kind here, or is gone."""
        resource, *names = key.removeprefix("/registry/").split("/")
        if resource not in _KINDS:
            return None
        namespace, name = names if len(names) == 2 else ("", names[0])
        try:
            return self.admin.get(_KINDS[resource], namespace, name)
        except AdminError:
            return None

    def _stop_pods(self) -> None:
        """The kubelet's part: a pod that is to go is stopped and goes."""
        for key in changed(self._now, self._store.all()):
            pod = self._read(key) if key.startswith("/registry/pods/") else None
            if pod and pod["metadata"].get("deletionTimestamp"):
                self.admin.delete("Pod", pod["metadata"]["namespace"], pod["metadata"]["name"])
