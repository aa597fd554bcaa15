"""Which values of a release give a pod what isn't its image: pull secrets, the node selector, the pull policy.

The value beside the component's image counts before the chart's, and that before the global one. A name that stands at
the wrong level is silently ignored by a chart, so only places that the values have already are given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kubectl_imagepull.evidence.releases.chart_values import ChartValues
from kubectl_imagepull.evidence.releases.release_finding import ImageValues, SpecValues, ValuePath
from kubectl_imagepull.kube.objects import object_of, text_of

_PULL_SECRETS = ("imagePullSecrets", "pullSecrets")
_PULL_POLICIES = ("pullPolicy", "imagePullPolicy")
_NODE_SELECTORS = ("nodeSelector",)
#: `- name: {{ . }}` under a range: the list holds names, and not objects with one.
_NAMES_IN_LIST = re.compile(r"range[^}]*[pP]ullSecrets[^}]*\}\}\s*-\s*name:\s*\{\{-?\s*(?:\.|\$\w+)\s*(?:\|[^}]*)?\}\}")


def spec_values(values: ChartValues, image: ImageValues | None, templates: Iterable[str]) -> SpecValues:
    """Finds them, near the image where that is known; `templates` are the chart's own."""
    near = image.paths[0][:-1] if image and image.paths else ()
    scopes = [near[:depth] for depth in range(len(near), -1, -1)]
    secrets = _path_of(values, [*scopes, ("global",)], _PULL_SECRETS, (list, type(None)))
    items = values.at(secrets) if secrets else None
    held = items if isinstance(items, list) else []
    return SpecValues(
        pull_secrets=secrets,
        holds_names=_holds_names(held, templates),
        secret_names=tuple(filter(None, (text_of(object_of(one).get("name")) or text_of(one) for one in held))),
        node_selector=_path_of(values, scopes, _NODE_SELECTORS, (dict, type(None))),
        pull_policy=_path_of(values, scopes, _PULL_POLICIES, (str, type(None))),
    )


def _path_of(
    values: ChartValues, scopes: list[ValuePath], keys: tuple[str, ...], kinds: tuple[type, ...]
) -> ValuePath | None:
    return next(_paths(values, scopes, keys, kinds), None)


def _paths(
    values: ChartValues, scopes: list[ValuePath], keys: tuple[str, ...], kinds: tuple[type, ...]
) -> Iterator[ValuePath]:
    for scope in scopes:
        items = object_of(values.at(scope))
        for key in keys:
            if key in items and isinstance(items[key], kinds):
                yield (*scope, key)


def _holds_names(held: list[object], templates: Iterable[str]) -> bool:
    if held:
        return isinstance(held[0], str)
    return any(_NAMES_IN_LIST.search(template) for template in templates)
