"""Logins work without the modules that the package leaves out."""

import sys

from package.built import ROOT, run

WITHOUT = """
import sys
import pytest
sys.path.insert(0, "bundle")
from launch import UNUSED, stand_in
stand_in(UNUSED)
sys.exit(pytest.main(["-p", "no:cacheprovider", "tests/cluster/test_session.py", "tests/cluster/test_live.py"]))
"""


def test_every_login_works_without_what_is_left_out() -> None:
    """The tests of sessions, with what the packaged program has in place of those modules."""
    done = run("/usr/bin/env", f"--chdir={ROOT}", sys.executable, "-c", WITHOUT, PATH="/usr/bin:/bin")
    assert done.returncode == 0, done.stdout
