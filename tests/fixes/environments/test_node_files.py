"""Files of registries: their names and their lines."""

from __future__ import annotations

from kubectl_imagepull.fixes.environments.access import LoginShell
from kubectl_imagepull.fixes.environments.node_files import (
    MIRROR,
    append_to_file,
    file_name,
    hosts_toml,
    registries_yaml_authority,
    registries_yaml_mirror,
    unless_missing,
    unless_there,
    write_file_here,
)
from kubectl_imagepull.vocabulary.names import UnwritableName


def test_a_host_is_a_file_name_without_colons_and_brackets() -> None:
    assert file_name("registry.corp.example:5000") == "registry.corp.example-5000"
    assert file_name("[fd00::1]:5000") == "fd00-1-5000"
    assert file_name(UnwritableName("host")) == UnwritableName("host"), "it still keeps its command from being printed"


def test_hosts_toml_has_a_section_for_its_host() -> None:
    assert ["".join(map(str, line)) for line in hosts_toml("http://a:5000")] == [
        'server = "http://a:5000"',
        '[host."http://a:5000"]',
        '  capabilities = ["pull", "resolve"]',
    ]
    assert ["".join(map(str, line)) for line in hosts_toml("https://m", '  ca = "x"', is_server=False)] == [
        '[host."https://m"]',
        '  capabilities = ["pull", "resolve"]',
        '  ca = "x"',
    ]


def test_registries_yaml_is_keyed_by_registry_or_by_endpoint() -> None:
    mirror = ["".join(map(str, line)) for line in registries_yaml_mirror("docker.io", "https://m:5000")]
    assert mirror == ["mirrors:", '  "docker.io":', "    endpoint:", '      - "https://m:5000"']
    authority = ["".join(map(str, line)) for line in registries_yaml_authority("m:5000", "/ca.crt")]
    assert authority == ["configs:", '  "m:5000":', "    tls:", "      ca_file: /ca.crt"]


def test_steps_that_stop_and_steps_that_write() -> None:
    shell = LoginShell()
    assert str(unless_there(shell, "/etc/x")) == (
        "sudo test ! -e /etc/x || ! echo 'It already exists: add the lines below to it by hand'"
    )
    assert str(unless_missing(MIRROR)) == f'test -n "{MIRROR}"'
    assert [str(step) for step in append_to_file(shell, "/etc/x", "y", ("a: b",))] == [
        "sudo mkdir -p /etc/x",
        "printf '%s\\n' '' 'a: b' | sudo tee -a /etc/x/y",
    ]
    assert str(write_file_here("y", ("a", "b c"))) == "printf '%s\\n' a 'b c' | tee y"
