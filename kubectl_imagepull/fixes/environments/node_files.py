"""What is written into the files in which nodes keep their registries, and the steps that write it.

A file that is there already is never overwritten: the steps stop with a word, and the reader adds the lines. hosts.toml
always has a section for its host: containerd 1.7 ignores one that only names a `server` (seen on 1.7.24; 2.1.9 reads
both).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kubectl_imagepull.fixes.environments.access import CHANGES_NODE, Access
from kubectl_imagepull.vocabulary.command import Command, Pipeline, Placeholder, ShellText, Word, joined, pieces_of
from kubectl_imagepull.vocabulary.names import UnwritableName

MIRROR = Placeholder("MIRROR", "the mirror as host or host and port, such as mirror.example.com:5000")
CA_FILE = Placeholder("CA_FILE", "a PEM file on this machine with the certificate of the CA")
PAUSE_IMAGE = Placeholder("PAUSE_IMAGE", "a pause image in a registry that the node can reach")
#: The file that an image travels in.
ARCHIVE = "image.tar"
HTTPS_PROXY = Placeholder("HTTPS_PROXY", "the proxy for the nodes, such as http://proxy.example.com:3128")
#: A file that holds a login and no `credsStore`, which the kubelet doesn't read.
LOGIN_FILE = Placeholder("LOGIN_FILE", "a Docker config.json with a login for the registry and no credsStore")
#: What to do with a certificate that is there already.
KEEP = "check whether it is the registry's CA"
#: Single quotes keep it from every shell: fish reads only an escaped quote or backslash there.
_LINES = ShellText("'%s\\n'")
_OR_SAY = ShellText("|| ! echo")
_IN_FILE_NAMES = re.compile(r"[^A-Za-z0-9.-]+")


def file_name(word: Word) -> Word:
    """A host as part of a file's name, without the colon before its port."""
    if any(isinstance(piece, UnwritableName) for piece in pieces_of(word)):
        return word
    return _IN_FILE_NAMES.sub("-", "".join(map(str, pieces_of(word)))).strip("-")


def hosts_toml(url: Word, *more: Word, is_server: bool = True) -> tuple[Word, ...]:
    """A hosts.toml that sends pulls to one URL; `is_server` leaves no other host to fall back to."""
    server: tuple[Word, ...] = (joined('server = "', url, '"'),) if is_server else ()
    return (*server, joined('[host."', url, '"]'), '  capabilities = ["pull", "resolve"]', *more)


def registries_yaml_mirror(registry: Word, url: Word) -> tuple[Word, ...]:
    """A registries.yaml of k3s and RKE2 that sends pulls from a registry to one URL."""
    return ("mirrors:", joined('  "', registry, '":'), "    endpoint:", joined('      - "', url, '"'))


def registries_yaml_authority(host: Word, path: Word) -> tuple[Word, ...]:
    """A registries.yaml of k3s and RKE2 that names the authority of a host."""
    return ("configs:", joined('  "', host, '":'), "    tls:", joined("      ca_file: ", path))


def unless_there(access: Access, path: Word, instead: str = "add the lines below to it by hand") -> Command:
    """Stops what comes after it where a path is there already, and says what to do instead."""
    return Command((*access.absent(path).words, _OR_SAY, f"It already exists: {instead}"))


def unless_missing(placeholder: Placeholder) -> Command:
    """Stops what comes after it while a placeholder is left in it.

    It is for those that stand in a pipeline: there the command behind the pipe would run without any input.
    """
    return Command(("test", "-n", placeholder))


def write_file(access: Access, directory: Word, name: Word, lines: Sequence[Word]) -> tuple[Command | Pipeline, ...]:
    """Writes a file into a directory that need not be there."""
    make = access.as_root("mkdir", "-p", directory, effects=CHANGES_NODE)
    write = access.reading("tee", joined(directory, "/", name), effects=CHANGES_NODE)
    return (make, Pipeline((Command(("printf", _LINES, *lines)), write)))


def append_to_file(
    access: Access, directory: Word, name: Word, lines: Sequence[Word]
) -> tuple[Command | Pipeline, ...]:
    """Adds lines to a file that need not be there; an empty one before them, should its last line have no end."""
    make = access.as_root("mkdir", "-p", directory, effects=CHANGES_NODE)
    write = access.reading("tee", "-a", joined(directory, "/", name), effects=CHANGES_NODE)
    return (make, Pipeline((Command(("printf", _LINES, "", *lines)), write)))


def write_file_here(name: str, lines: Sequence[Word]) -> Pipeline:
    """Writes a file into the directory in which one types."""
    return Pipeline((Command(("printf", _LINES, *lines)), Command(("tee", name))))
