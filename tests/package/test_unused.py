"""Logins work without the modules that the package leaves out."""

import sys

from package.built import ROOT, run

WITHOUT = """
import sys
import pytest
from kubectl_imagepull.kube.connection.package import UNUSED, load
load()
assert not [name for name in UNUSED if name in sys.modules]
sys.exit(pytest.main(["-p", "no:cacheprovider", "tests/kube/connection/test_session.py", "tests/kube/reading/test_live.py"]))
"""


def test_every_login_works_without_what_is_left_out() -> None:
    """The tests of sessions, with what the program has in place of those modules."""
    done = run("/usr/bin/env", f"--chdir={ROOT}", sys.executable, "-c", WITHOUT, PATH="/usr/bin:/bin")
    assert done.returncode == 0, done.stdout
