from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from kube.apiserver import ApiServer, Reply
from kube.fixtures import Kubeconfig
from kube.sessions import accepting, counting, plugin, statuses

from kubectl_imagepull.kube.connection import renewal
from kubectl_imagepull.kube.connection.answer import Answer, NoAnswerError
from kubectl_imagepull.kube.connection.connect import open_session
from kubectl_imagepull.kube.connection.options import Connection


def test_a_plugin_runs_again_when_its_time_is_up(secure: ApiServer, kubeconfig: Kubeconfig, tmp_path: Path) -> None:
    secure.replies["/version"] = accepting("token-1", "token-2")
    user = plugin(tmp_path, counting(tmp_path, "LIFE = 3 if number == 1 else 900\n"))
    with closing(open_session(Connection(kubeconfig=kubeconfig(secure, user=user)))) as session:
        assert statuses(session, 2) == [200, 200]
        time.sleep(3)
        assert statuses(session, 2) == [200, 200]
    assert [request.all("Authorization")[0][-1] for request in secure.requests] == ["1", "1", "2", "2"]


def test_a_plugin_runs_again_once_when_a_login_that_was_good_is_refused(
    secure: ApiServer, kubeconfig: Kubeconfig, tmp_path: Path
) -> None:
    secure.replies["/version"] = accepting("token-1")
    user = plugin(tmp_path, counting(tmp_path, "LIFE = 900\n"))
    with closing(open_session(Connection(kubeconfig=kubeconfig(secure, user=user)))) as session:
        assert statuses(session, 1) == [200]
        secure.replies["/version"] = accepting("token-2")
        assert statuses(session, 1) == [200]
        secure.replies["/version"] = Reply(body=b"line\n")
        assert list(session.lines("/version", {}, 5)) == [b"line"]
        secure.replies["/version"] = accepting("token-3")
        first = next(iter(session.lines("/version", {}, 5)), None)
        assert not isinstance(first, Answer)
        secure.replies["/version"] = accepting("none")
        assert statuses(session, 3) == [401, 401, 401]
    assert (tmp_path / "runs").read_text() == "xxxx"


def test_a_plugin_whose_first_login_is_refused_does_not_run_again(
    secure: ApiServer, kubeconfig: Kubeconfig, tmp_path: Path
) -> None:
    secure.replies["/version"] = accepting("token-2")
    user = plugin(tmp_path, counting(tmp_path, "LIFE = -1\n"))
    with closing(open_session(Connection(kubeconfig=kubeconfig(secure, user=user)))) as session:
        assert statuses(session, 2) == [401, 401]
        assert (tmp_path / "runs").read_text() == "x"


def test_a_login_that_was_never_good_is_renewed_after_a_while(
    secure: ApiServer, kubeconfig: Kubeconfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody has logged in again meanwhile."""
    monkeypatch.setattr(renewal, "_PAUSE", 0.0)
    secure.replies["/version"] = accepting("token-2")
    user = plugin(tmp_path, counting(tmp_path, "LIFE = 900\n"))
    with closing(open_session(Connection(kubeconfig=kubeconfig(secure, user=user)))) as session:
        assert statuses(session, 1) == [200]


def test_threads_that_are_refused_together_let_the_plugin_run_once(
    secure: ApiServer, kubeconfig: Kubeconfig, tmp_path: Path
) -> None:
    secure.replies["/version"] = accepting("token-1")
    user = plugin(tmp_path, counting(tmp_path, "LIFE = 900\n"))
    with closing(open_session(Connection(kubeconfig=kubeconfig(secure, user=user)))) as session:
        assert statuses(session, 1) == [200]
        secure.replies["/version"] = accepting("token-2")
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(lambda _: statuses(session, 1), range(8))) == [[200]] * 8
    assert (tmp_path / "runs").read_text() == "xx"


def test_a_plugin_that_fails_when_it_runs_again_is_told(
    secure: ApiServer, kubeconfig: Kubeconfig, tmp_path: Path
) -> None:
    secure.replies["/version"] = accepting("token-1")
    body = counting(tmp_path, "LIFE = 900\nif number > 1: sys.exit('your session has ended')\n")
    path = kubeconfig(secure, user=plugin(tmp_path, body))
    with closing(open_session(Connection(kubeconfig=path))) as session:
        assert statuses(session, 1) == [200]
        secure.replies["/version"] = accepting("token-2")
        with pytest.raises(NoAnswerError) as caught:
            session.get("/version", {}, 5)
    assert str(caught.value) == (
        f'the login plugin {tmp_path}/./plugin of user "me" failed; log in again (your session has ended)'
    )


def test_a_token_file_is_read_again_when_its_token_is_refused(
    secure: ApiServer, kubeconfig: Kubeconfig, tmp_path: Path
) -> None:
    secure.replies["/version"] = accepting("one")
    (tmp_path / "token").write_text("one\n")
    with closing(open_session(Connection(kubeconfig=kubeconfig(secure, user={"tokenFile": "token"})))) as session:
        assert statuses(session, 1) == [200]
        (tmp_path / "token").write_text("two\n")
        secure.replies["/version"] = accepting("two")
        assert statuses(session, 1) == [200]


def test_a_token_that_is_refused_is_not_sent_again(secure: ApiServer, kubeconfig: Kubeconfig) -> None:
    secure.replies["/version"] = accepting()
    with closing(open_session(Connection(kubeconfig=kubeconfig(secure, user={"token": "t"})))) as session:
        assert statuses(session, 1) == [401]
    assert len(secure.requests) == 1
