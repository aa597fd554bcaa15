"""`check` as a user runs it: against a registry on loopback, with and without a cluster."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from kube.apiserver import ApiServer, listing, status
from registry.small_registry import LOGIN, SmallRegistry, docker_config
from registry.wire import WireServer
from typer.testing import CliRunner

from kubectl_imagepull.cli import program as cli
from kubectl_imagepull.cli.arguments import for_parser
from kubectl_imagepull.registry.image_answer import ImageAnswer
from kubectl_imagepull.registry.image_probe import ImageQuestion
from kubectl_imagepull.runs import preflight_run

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/check.schema.json").read_text(encoding="utf-8"))
SARIF = json.loads((Path(__file__).parents[1] / "report/schemas/sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
Kubeconfig = Callable[..., str]


@pytest.fixture(autouse=True)
def alone(no_cluster: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:  # noqa: ARG001 - a fixture
    """Keeps each test away from the clusters and the docker of whoever runs it."""
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def registry(servers: Callable[..., WireServer]) -> SmallRegistry:
    return SmallRegistry(servers())


@pytest.fixture
def check(registry: SmallRegistry, own_certificate: Path) -> Callable[..., tuple[int, str, str]]:
    """Runs `check`, which may ask the registry; gives exit code, output and errors, with HOST for its address."""

    def run(*arguments: str, stdin: str = "", named: bool = True) -> tuple[int, str, str]:
        probe = ["--probe-allow", registry.host, "--registry-ca", str(own_certificate)] if named else []
        result = CliRunner().invoke(
            cli.app, for_parser(["check", *arguments, *probe]), input=stdin, env={"COLUMNS": "200"}
        )
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return (
            result.exit_code,
            result.stdout.replace(registry.host, "HOST"),
            result.stderr.replace(registry.host, "HOST"),
        )

    return run


def without_end(output: str) -> str:
    """The entries alone: the last line holds how long it took."""
    return output.rpartition("\n\n")[0]


MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
      - name: app
        image: HOST/team/app:1.0
      - name: side
        image: HOST/team/app:v1.1
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: night, namespace: jobs}
spec:
  jobTemplate: {spec: {template: {spec: {containers: [
    {name: api, image: "HOST/private/api:2.0"}]}}}}
"""


def test_images_by_their_names(check: Any, registry: SmallRegistry) -> None:
    code, output, _ = check(
        f"{registry.host}/team/app:1.0", f"{registry.host}/team/app:1.2", "--no-cluster", "--exit-code"
    )
    assert without_end(output) == (
        "WON'T PULL  HOST/team/app:1.2\n"
        "    TagNotFound: HOST/team/app has no tag 1.2\n"
        "    -> Name a tag that exists: 1.0 and 1.1\n"
        "WILL PULL   HOST/team/app:1.0\n"
        "    Anybody may pull it"
    )
    assert output.splitlines()[-1].startswith(
        "2 images: 1 will be pulled, 1 won't. 1 registry was asked from here, in "
    )
    assert code == 1
    assert check(f"{registry.host}/team/app:1.0", "--no-cluster", "--exit-code")[0] == 0
    assert check(f"{registry.host}/private/api:2.0", "--no-cluster", "--exit-code")[0] == 4
    # without the flag what was asked for was read
    assert check(f"{registry.host}/team/app:1.2", "--no-cluster")[0] == 0


def test_a_file_with_places_and_lines(check: Any, registry: SmallRegistry, tmp_path: Path) -> None:
    (tmp_path / "app.yaml").write_text(MANIFEST.replace("HOST", registry.host))
    code, output, _ = check("-f", "app.yaml", "--no-cluster", "--exit-code")
    assert without_end(output) == (
        "WON'T PULL  HOST/team/app:v1.1\n"
        "    app.yaml:11 deployment/web container side\n"
        "    TagNotFound: HOST/team/app has no tag v1.1\n"
        "    -> Name 1.1, which exists\n"
        "CAN'T TELL  HOST/private/api:2.0\n"
        "    app.yaml:18 cronjob/night container api\n"
        "    NoCredentials: HOST refuses it to anybody without a login (unauthorized); which login the kubelet would send was not looked at\n"
        "WILL PULL   HOST/team/app:1.0\n"
        "    app.yaml:9 deployment/web container app\n"
        "    Anybody may pull it"
    )
    assert code == 1
    # the other formats say the same
    _, output, _ = check("-f", "app.yaml", "--no-cluster", "-o", "sarif")
    log = json.loads(output)
    jsonschema.Draft4Validator(SARIF).validate(log)
    results = log["runs"][0]["results"]
    assert [
        (one["ruleId"], one["level"], one["locations"][0]["physicalLocation"]["region"], one["message"]["text"])
        for one in results
    ] == [
        (
            "TagNotFound",
            "error",
            {"startLine": 11},
            "HOST/team/app:v1.1: HOST/team/app has no tag v1.1. Name 1.1, which exists.",
        ),
        (
            "NoCredentials",
            "warning",
            {"startLine": 18},
            "HOST/private/api:2.0: HOST refuses it to anybody without a login (unauthorized); which login the kubelet would send was not looked at.",
        ),
    ]
    assert {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in results} == {"app.yaml"}
    _, output, _ = check("-f", "app.yaml", "--no-cluster", "-o", "junit")
    root = ET.fromstring(output)  # noqa: S314 - our own
    assert {name: root.attrib[name] for name in ("tests", "failures", "errors")} == {
        "tests": "3",
        "failures": "1",
        "errors": "0",
    }
    assert [(case.attrib["name"], [child.tag for child in case]) for case in root.iter("testcase")] == [
        ("HOST/team/app:1.0: app.yaml:9 deployment/web container app", []),
        ("HOST/team/app:v1.1: app.yaml:11 deployment/web container side", ["failure"]),
        ("HOST/private/api:2.0: app.yaml:18 cronjob/night container api", ["skipped"]),
    ]


def test_the_document_keeps_to_its_schema(check: Any, registry: SmallRegistry, tmp_path: Path) -> None:
    (tmp_path / "app.yaml").write_text(MANIFEST.replace("HOST", registry.host))
    _, output, _ = check("-f", "app.yaml", "not a name", "--no-cluster", "-o", "json", "--platform", "linux/amd64")
    document = json.loads(output)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    assert document["outcomes"] == {"willPull": 1, "wontPull": 2, "cantTell": 1, "notAsked": 0}
    good = next(one for one in document["images"] if one["outcome"] == "willPull")
    assert good["registry"].pop("asked")
    assert good == {
        "image": "HOST/team/app:1.0",
        "reference": "HOST/team/app:1.0",
        "outcome": "willPull",
        "why": "anybody may pull it",
        "cause": None,
        "fix": None,
        "pinned": "tag",
        "pullPolicy": "IfNotPresent",
        "namespace": "default",
        "serviceAccount": "default",
        "pullSecrets": None,
        "platforms": {"wanted": ["linux/amd64"], "offered": ["linux/amd64", "linux/arm64"]},
        "where": {
            "file": "app.yaml",
            "line": 9,
            "object": "deployment/web",
            "place": "container app",
            "what": "container",
        },
        "notes": [],
        "registry": {
            "state": "found",
            "status": 200,
            "code": None,
            "login": None,
            "loginState": "notSent",
            "granted": None,
            "digest": good["registry"]["digest"],
            "limit": None,
        },
    }


def test_standard_input_and_directories(check: Any, registry: SmallRegistry, tmp_path: Path) -> None:
    text = MANIFEST.replace("HOST", registry.host)
    code, output, _ = check("-f", "-", "--no-cluster", "--offline", stdin=text, named=False)
    assert output.count("NOT ASKED") == 3
    assert code == 0
    (tmp_path / "m/deep").mkdir(parents=True)
    (tmp_path / "m/deep/a.yml").write_text(text)
    (tmp_path / "m/values.yaml").write_text("image: {repository: x, tag: y}\n")
    (tmp_path / "m/broken.yaml").write_text("kind: Pod\nspec: {{ .Values.x }}\n")
    (tmp_path / "m/readme.md").write_text("kind: Pod")
    code, output, errors = check("-f", "m", "--no-cluster", "--offline", named=False)
    assert output.count("m/deep/a.yml:") == 3
    # images may be missing for what could not be read
    assert (code, errors) == (
        4,
        "note: m/broken.yaml: line 2: a mapping stands where a name has to; render it first, as 'helm template' does\n",
    )
    assert registry.server.asked == []


def test_whether_a_registry_is_asked_is_said_either_way(check: Any, registry: SmallRegistry) -> None:
    image = f"{registry.host}/team/app:1.0"
    assert check(image, "--no-cluster=true", "--probe")[1].startswith("WILL PULL ")
    asked = len(registry.server.asked)
    assert check(image, "--no-cluster", "--offline=true", named=False)[1].startswith("NOT ASKED ")
    assert len(registry.server.asked) == asked


def test_what_cannot_be_read_at_all(check: Any, tmp_path: Path) -> None:
    code, output, errors = check("-f", "missing.yaml", "--no-cluster")
    assert (code, output, errors) == (3, "", "error: missing.yaml: doesn't exist\n")
    (tmp_path / "empty.yaml").write_text("# nothing\n")
    assert check("-f", "empty.yaml", "--no-cluster")[0::2] == (3, "error: empty.yaml: holds no Kubernetes objects\n")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ((), "name images, a file with -f, or a workload of the cluster, such as deploy/web"),
        (("deploy/web", "--no-cluster"), "deployment/web is a workload of the cluster, which is not to be read"),
        (("nginx", "--platform", "arm64"), "--platform: 'arm64' is no OS/ARCHITECTURE, such as linux/arm64"),
        (
            ("nginx", "--probe-allow", "10.0.0.0/8"),
            "--probe-allow: '10.0.0.0/8' is no HOST, HOST:PORT or http://HOST:PORT",
        ),
        (
            ("nginx", "--offline", "--probe-with-secrets"),
            "--probe-with-secrets is about questions to registries, and none are asked: add --probe",
        ),
        (("nginx", "--probe-with-secrets", "--no-secrets"), "--probe-with-secrets and --no-secrets: give one of them"),
        (("nginx", "--no-cluster", "--registry-ca", "missing.pem"), "--registry-ca: it can't be read"),
    ],
)
def test_wrong_usage(check: Any, arguments: tuple[str, ...], text: str) -> None:
    code, output, errors = check(*arguments, named=False)
    assert (code, output) == (2, "")
    assert errors.startswith(f"error: {text}")


def test_a_private_address_that_is_not_named_is_not_asked(check: Any, registry: SmallRegistry) -> None:
    _, output, _ = check(f"{registry.host}/team/app:1.0", "--no-cluster", named=False)
    assert without_end(output) == (
        "CAN'T TELL  HOST/team/app:1.0\n"
        "    HOST was not asked: it is at a loopback address, 127.0.0.1\n"
        "    -> --probe-allow HOST asks it"
    ).replace("HOST was", "HOST was")
    assert registry.server.asked == []


# -- with a cluster ------------------------------------------------------------------------------------------------


CORE = "/api/v1/namespaces/shop"


def node(name: str, machine: str) -> dict[str, Any]:
    return {
        "metadata": {"name": name, "labels": {"kubernetes.io/arch": machine}},
        "status": {
            "nodeInfo": {"operatingSystem": "linux", "architecture": machine},
            "conditions": [{"type": "Ready", "status": "True"}],
        },
    }


def workload(name: str, image: str, **spec: Any) -> dict[str, Any]:
    template = {"spec": {"containers": [{"name": "app", "image": image}], **spec}}
    return {"metadata": {"name": name, "namespace": "shop"}, "spec": {"replicas": 0, "template": template}}


@pytest.fixture
def cluster(server: ApiServer, kubeconfig: Kubeconfig, registry: SmallRegistry) -> tuple[ApiServer, str]:
    """A namespace whose default account names a pull secret, and nodes of two kinds."""
    apps = "/apis/apps/v1/namespaces/shop/deployments"
    secret = {
        "metadata": {"name": "regcred", "namespace": "shop"},
        "type": "kubernetes.io/dockerconfigjson",
        "data": {".dockerconfigjson": docker_config(registry.host)},
    }
    wrong = {
        "metadata": {"name": "old", "namespace": "shop"},
        "type": "kubernetes.io/dockerconfigjson",
        "data": {".dockerconfigjson": docker_config(registry.host, "joe:wrong")},
    }
    api = f"{registry.host}/private/api:2.0"
    server.replies |= {
        "/api/v1/nodes": listing("NodeList", node("a", "amd64"), node("b", "arm64")),
        f"{CORE}/serviceaccounts/default": {
            "metadata": {"name": "default", "namespace": "shop"},
            "imagePullSecrets": [{"name": "regcred"}],
        },
        f"{CORE}/serviceaccounts/bare": {"metadata": {"name": "bare", "namespace": "shop"}},
        f"{CORE}/secrets/regcred": secret,
        f"{CORE}/secrets/old": wrong,
        f"{CORE}/secrets/gone": status(404, 'secrets "gone" not found'),
        f"{apps}/api": workload("api", api, nodeSelector={"kubernetes.io/arch": "amd64"}),
        f"{apps}/any": workload("any", api),
        f"{apps}/bare": workload("bare", api, serviceAccountName="bare"),
        f"{apps}/old": workload(
            "old", api, imagePullSecrets=[{"name": "old"}], nodeSelector={"kubernetes.io/arch": "amd64"}
        ),
        f"{apps}/gone": workload("gone", api, imagePullSecrets=[{"name": "gone"}]),
        f"{apps}/arm": workload("arm", f"{registry.host}/team/arm:1", nodeSelector={"kubernetes.io/arch": "amd64"}),
        f"{apps}/none": status(404, 'deployments.apps "none" not found'),
    }
    return server, kubeconfig(server, namespace="shop")


def outcomes(check: Any, config: str, *arguments: str) -> list[tuple[str, str | None, str]]:
    _, output, _ = check(*arguments, "--kubeconfig", config, "-o", "json")
    return [(one["outcome"], one["cause"], one["why"]) for one in json.loads(output)["images"]]


def test_a_workload_that_is_scaled_to_0(check: Any, cluster: tuple[ApiServer, str], registry: SmallRegistry) -> None:
    _, config = cluster
    assert outcomes(check, config, "deploy/api", "--probe-with-secrets") == [
        ("willPull", None, "secret regcred may pull it")
    ]
    assert registry.logins == {None, LOGIN}


def test_without_leave_no_secret_is_sent(check: Any, cluster: tuple[ApiServer, str], registry: SmallRegistry) -> None:
    _, config = cluster
    assert outcomes(check, config, "deploy/api") == [
        (
            "cantTell",
            None,
            "HOST refuses it to anybody without a login (unauthorized); secret regcred would be sent, and was not tried",
        )
    ]
    assert registry.logins == {None}


def test_what_the_kubelet_would_find(check: Any, cluster: tuple[ApiServer, str]) -> None:
    _, config = cluster
    refused = "HOST refuses it to anybody without a login (unauthorized)"
    assert outcomes(check, config, "deploy/bare", "deploy/gone", "--probe-with-secrets") == [
        ("wontPull", "NoCredentials", f"{refused}, and none is named: it is private, or isn't there"),
        ("wontPull", "PullSecretMissing", f"{refused}, and secret gone doesn't exist"),
    ]
    assert outcomes(check, config, "deploy/old", "--probe-with-secrets") == [
        (
            "wontPull",
            "BadCredentials",
            "HOST refuses secret old: its user or password is wrong, or has ended (unauthorized)",
        )
    ]


def test_the_nodes_that_a_pod_may_land_on(check: Any, cluster: tuple[ApiServer, str]) -> None:
    _, config = cluster
    assert outcomes(check, config, "deploy/any", "deploy/arm", "--probe-with-secrets") == [
        (
            "cantTell",
            "PlatformMismatch",
            "it depends on the node: it is for linux/amd64, and not for linux/arm64",
        ),
        ("wontPull", "PlatformMismatch", "it is for linux/arm64, and has to be for linux/amd64"),
    ]
    assert outcomes(check, config, "deploy/arm", "--platform", "linux/arm64") == [
        (
            "willPull",
            None,
            "anybody may pull it; a login is sent all the same (secret regcred), and a bad one would be refused",
        )
    ]


def test_what_a_manifest_brings_along_counts(
    check: Any, cluster: tuple[ApiServer, str], registry: SmallRegistry, tmp_path: Path
) -> None:
    _, config = cluster
    (tmp_path / "new.yaml").write_text(
        f"""
kind: ServiceAccount
metadata: {{name: bare}}
imagePullSecrets: [{{name: fresh}}]
---
kind: Secret
type: kubernetes.io/dockerconfigjson
metadata: {{name: fresh}}
stringData: {{.dockerconfigjson: '{{"auths":{{"{registry.host}":{{"username":"joe","password":"s3cret"}}}}}}'}}
---
kind: Pod
metadata: {{name: p}}
spec: {{serviceAccountName: bare, nodeSelector: {{kubernetes.io/arch: amd64}}, containers: [{{name: c, image: "{registry.host}/private/api:2.0"}}]}}
"""
    )
    assert outcomes(check, config, "-f", "new.yaml", "--probe-with-secrets") == [
        ("willPull", None, "secret fresh may pull it")
    ]
    # without any cluster the manifests still say which login there will be
    assert outcomes(check, config, "-f", "new.yaml", "--probe-with-secrets", "--no-cluster") == [
        ("willPull", None, "secret fresh may pull it")
    ]


def test_a_workload_that_is_not_there(check: Any, cluster: tuple[ApiServer, str]) -> None:
    _, config = cluster
    assert check("deploy/none", "--kubeconfig", config) == (
        3,
        "",
        "error: deployment/none in namespace shop: doesn't exist\n",
    )
    code, _, errors = check("deploy/none", "deploy/arm", "--kubeconfig", config)
    assert (code, errors) == (4, "note: deployment/none in namespace shop: doesn't exist\n")


PAGE = (Path(__file__).parents[2] / "docs/probing.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"kubectl[ -]imagepull check ([^>`\n]*[^>`\s])", PAGE.partition("```sh")[2])
#: The Job's, which stands as a list.
EXAMPLES += [args.replace(",", "") for args in re.findall(r"args: \[check, (.*)\]", PAGE)]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_of_the_page_runs(
    check: Any, cluster: tuple[ApiServer, str], registry: SmallRegistry, tmp_path: Path, example: str
) -> None:
    """On images of the loopback registry, and a cluster there."""
    server, config = cluster
    workloads = "/apis/apps/v1/namespaces/shop"
    for kind, name in (("deployments", "web"), ("statefulsets", "db")):
        server.replies[f"{workloads}/{kind}/{name}"] = workload(name, f"{registry.host}/team/app:1.0")
    server.replies["/api/v1/namespaces/prod/serviceaccounts/web"] = {"metadata": {"name": "web", "namespace": "prod"}}
    manifest = MANIFEST.partition("---")[0].replace("HOST", registry.host).replace(":v1.1", ":1.0")
    for directory in ("manifests", "deploy"):
        (tmp_path / directory).mkdir()
        (tmp_path / directory / "web.yaml").write_text(manifest, encoding="utf-8")
    words = example.replace("quay.io", registry.host).replace("app:1.2", "app:1.0").replace(" /manifests", " manifests")
    config_of = () if "--no-cluster" in words else ("--kubeconfig", config)
    code, output, errors = check(*words.split(), *config_of, stdin=manifest, named="--offline" not in words)
    if "sarif" in words:
        assert json.loads(output)["runs"][0]["tool"]["driver"]["name"] == "kubectl-imagepull"
    else:
        assert output.startswith("NOT ASKED" if "--offline" in words else "WILL PULL")
    assert (code, errors) == (0, "")


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) == 9


def test_a_cluster_that_cannot_be_had_leaves_the_rest(check: Any, registry: SmallRegistry, tmp_path: Path) -> None:
    code, output, errors = check(f"{registry.host}/team/app:1.0", "--kubeconfig", str(tmp_path / "none"), "--exit-code")
    assert output.startswith("WILL PULL   HOST/team/app:1.0\n")
    assert errors.startswith("note: the cluster: ")
    assert code == 0


def test_the_users_own_docker_login(
    check: Any, cluster: tuple[ApiServer, str], registry: SmallRegistry, tmp_path: Path
) -> None:
    _, config = cluster
    (tmp_path / "docker").mkdir()
    (tmp_path / "docker/config.json").write_text(json.dumps({"auths": {registry.host: {"auth": "am9lOnMzY3JldA=="}}}))
    assert outcomes(check, config, "deploy/bare", "--probe-as", "docker", "--platform", "linux/amd64") == [
        ("wontPull", "NoCredentials", "it is private, and your docker login may pull it, and none is named")
    ]
    assert registry.logins == {None, LOGIN}


def test_no_secret_shows(check: Any, cluster: tuple[ApiServer, str]) -> None:
    _, config = cluster
    for output in ("table", "json", "junit", "sarif"):
        for name in ("deploy/api", "deploy/old"):
            result = check(name, "--kubeconfig", config, "--probe-with-secrets", "-o", output)
            assert not [word for word in ("s3cret", "am9lOn", "joe") if word in str(result)]


def test_docker_hub_is_asked_about_platforms_only_where_there_are_some_to_compare(
    check: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[ImageQuestion] = []

    def take(questions: Iterable[ImageQuestion], *_: object) -> dict[ImageQuestion, ImageAnswer]:
        asked.extend(questions)
        return {}

    monkeypatch.setattr(preflight_run, "probe_images", take)
    check("nginx:1", "quay.io/a/b:1", "--no-cluster", named=False)
    check("nginx:1", "--no-cluster", "--platform", "linux/amd64", named=False)
    assert [(str(one.image), one.platforms) for one in asked] == [
        ("docker.io/library/nginx:1", False),
        ("quay.io/a/b:1", True),
        ("docker.io/library/nginx:1", True),
    ]


@pytest.mark.parametrize("output", ["table", "json", "junit", "sarif"])
def test_what_a_manifest_says_stays_text(check: Any, tmp_path: Path, output: str) -> None:
    evil = "x\x1b[2J\nWILL PULL   forged\r\u202ey"
    container = {"name": evil, "image": evil}
    pod = {
        "kind": f"Pod{evil}",
        "metadata": {"name": evil, "namespace": evil},
        "spec": {"containers": [container], "serviceAccountName": evil, "imagePullSecrets": [{"name": evil}]},
    }
    good = {**pod, "spec": {**pod["spec"], "containers": [{"name": evil, "image": "nginx:1"}]}}
    (tmp_path / f"a{chr(10)}WILL PULL b.json").write_text(json.dumps([pod, good]))
    _, printed, errors = check("-f", str(tmp_path), "--no-cluster", "--offline", "-o", output, named=False)
    text = printed + errors
    assert text.replace("\n", "").isprintable()
    assert not [line for line in text.splitlines() if line.startswith("WILL PULL")]
    assert "forged" in text
