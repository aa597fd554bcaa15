"""What is found about a pod's pull secrets: exact texts, results, and what would have been sent."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from clusters import NOW, cluster, event, pod

from kubectl_imagepull.evidence.checks import Check, Evidence, Result
from kubectl_imagepull.evidence.login_faults import LoginFault
from kubectl_imagepull.evidence.pull_secret_findings import PullSecretFindings, SentLogin
from kubectl_imagepull.evidence.pull_secrets import Sent, look_at_pull_secrets
from kubectl_imagepull.failures.failure import FailureText, PullFailure
from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.messages.classify import classify
from kubectl_imagepull.messages.verdict import Verdict
from kubectl_imagepull.vocabulary.causes import Cause, Confidence, What

IMAGE = "registry.example.com/team/app:1.2.3"
ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
HOUR_AGO = (NOW - timedelta(hours=1)).isoformat()
NO_BASIC = (
    f'failed to pull and unpack image "{IMAGE}": failed to resolve image: pull access denied, repository does not exist or '
    "may require authorization: authorization failed: no basic auth credentials"
)
HEAD = (
    f'failed to pull and unpack image "{IMAGE}": failed to resolve image: unexpected status from HEAD request to '
    "https://registry.example.com/v2/team/app/manifests/1.2.3: "
)
ANONYMOUS, BARE_401, BARE_403 = (
    classify(NO_BASIC),
    classify(f"{HEAD}401 Unauthorized"),
    classify(f"{HEAD}403 Forbidden"),
)


def says(cause: Cause, *alternatives: Cause) -> Verdict:
    confidence = Confidence.POSSIBLE if alternatives else Confidence.LIKELY
    return Verdict(cause, What.CONTAINER, confidence, retryable=False, alternatives=alternatives)


MISSING_TAG = says(Cause.TAG_NOT_FOUND)


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def secret(  # noqa: PLR0913 - a builder
    name: str = "regcred",
    registries: dict[str, Any] | None = None,
    *,
    namespace: str = "shop",
    document: Any = None,
    kind: str = "kubernetes.io/dockerconfigjson",
    key: str = ".dockerconfigjson",
    made: str = HOUR_AGO,
) -> JsonObject:
    auths = {registry: {"username": "foo", "password": "bar"} for registry in ("registry.example.com",)}
    value = document if document is not None else {"auths": auths if registries is None else registries}
    return {
        "kind": "Secret",
        "metadata": {"name": name, "namespace": namespace, "creationTimestamp": made},
        "type": kind,
        "data": {key: b64(value if isinstance(value, str) else json.dumps(value))},
    }


def pulling(*names: str, image: str = IMAGE, what: What = What.CONTAINER, **about: Any) -> PullFailure:
    spec = {"imagePullSecrets": [{"name": name} for name in names]} if names else {}
    one = pod(spec={**spec, **about.pop("spec", {})}, image=image, **about)
    return PullFailure("shop", "web-1", "app", what, image, "node-a", "ErrImagePull", (), None, one)


def seen(  # noqa: PLR0913 - a builder
    secrets: list[JsonObject] | None,
    *names: str,
    verdict: Verdict = ANONYMOUS,
    image: str = IMAGE,
    events: list[JsonObject] | None = None,
    unread: dict[tuple[str, str, str], str] | None = None,
    message: str = "",
    texts: tuple[FailureText, ...] = (),
    **kinds: list[JsonObject],
) -> PullSecretFindings:
    objects = {} if secrets is None else {"Secret": secrets}
    snapshot = cluster([], events, **objects, **{"ServiceAccount": [], **kinds})
    snapshot = replace(snapshot, unread=unread or {})
    return look_at_pull_secrets(replace(pulling(*names, image=image), texts=texts), verdict, snapshot, message)


def told(findings: PullSecretFindings) -> list[tuple[str, str, str]]:
    return [(item.result.value, item.check, item.text) for item in findings.evidence]


def test_no_secret_is_named() -> None:
    findings = seen([secret()])
    text = "The pod has no pull secret: for registry.example.com the kubelet sends only the node's own credentials."
    assert findings == PullSecretFindings((Evidence(Check.NO_PULL_SECRET, Result.BAD, text),), Sent.NONE_NAMED, ())
    beside = seen([], verdict=MISSING_TAG)
    assert beside.evidence == (Evidence(Check.NO_PULL_SECRET, Result.OK, "The pod has no pull secret."),)


def test_an_empty_name_is_none() -> None:
    failure = pulling(spec={"imagePullSecrets": [{"name": ""}, {}, "x", {"name": None}]})
    assert look_at_pull_secrets(failure, ANONYMOUS, cluster([], Secret=[])).sent is Sent.NONE_NAMED


@pytest.mark.parametrize(("verdict", "result"), [(ANONYMOUS, "bad"), (BARE_403, "bad"), (MISSING_TAG, "info")])
def test_a_named_secret_does_not_exist(verdict: Verdict, result: str) -> None:
    findings = seen([], "regcred", verdict=verdict)
    text = "Secret regcred, which the pod references, doesn't exist in namespace shop."
    assert told(findings) == [(result, "PullSecretMissing", text)]
    assert (findings.sent, findings.secrets) == (Sent.NAMED_MISSING, ("regcred",))
    assert findings.evidence[0].about == "regcred"


def test_a_missing_secret_explains_nothing_where_another_is_sent() -> None:
    findings = seen([secret("good")], "regcred", "good", verdict=BARE_401)
    assert [(item.result.value, item.check) for item in findings.evidence] == [
        ("info", "PullSecretMissing"),
        ("bad", "PullSecretMatches"),
    ]
    assert findings.sent is Sent.MATCHES


def test_a_missing_secret_explains_nothing_where_somebody_was_logged_in() -> None:
    arn = (
        "User: arn:aws:sts::123456789012:assumed-role/node/i-0abc is not authorized to perform: ecr:BatchGetImage on x"
    )
    for verdict, message in ((says(Cause.BAD_CREDENTIALS), ""), (says(Cause.FORBIDDEN), arn)):
        findings = seen([], "regcred", verdict=verdict, message=message)
        assert [item.result for item in findings.evidence] == [Result.INFO]


def test_a_registrys_own_word_for_a_refusal_says_nothing_of_a_login() -> None:
    (item,) = seen([], "regcred", verdict=says(Cause.FORBIDDEN), message="denied: access forbidden").evidence
    assert (item.check, item.result) == (Check.PULL_SECRET_MISSING, Result.BAD)


def test_the_missing_one_is_in_other_namespaces() -> None:
    others = [
        secret(namespace="beta", registries={"ghcr.io": {"username": "x"}}),
        secret(namespace="prod"),
        secret(namespace="alpha", kind="Opaque"),
        secret("other", namespace="zeta"),
    ]
    findings = seen(others, "regcred")
    assert findings.evidence[1] == Evidence(
        Check.PULL_SECRET_OTHER_NAMESPACE,
        Result.INFO,
        "A secret regcred exists in namespaces prod and beta; in namespace prod it has credentials for "
        "registry.example.com.",
        "regcred",
        ("prod",),
    )
    assert findings.sent is Sent.NAMED_MISSING


@pytest.mark.parametrize("kind", ["Opaque", "kubernetes.io/tls", "helm.sh/release.v1", ""])
def test_of_a_secret_elsewhere_that_is_no_pull_secret_nothing_is_told(kind: str) -> None:
    findings = seen([secret(namespace="prod", kind=kind)], "regcred")
    assert [item.check for item in findings.evidence] == [Check.PULL_SECRET_MISSING]
    assert "prod" not in repr(findings)


def test_what_the_others_hold_is_told() -> None:
    (_, good) = seen([secret(namespace="prod")], "regcred").evidence
    assert good.text == "A secret regcred exists in namespace prod, and has credentials for registry.example.com."
    (_, other) = seen([secret(namespace="prod", registries={})], "regcred").evidence
    assert other.text == "A secret regcred exists in namespace prod, but has nothing for registry.example.com."


def test_other_namespaces_that_may_not_be_looked_at_are_said() -> None:
    why = "not allowed to list secrets in all namespaces (verb list, resource secrets)"
    findings = seen([], "regcred", unread={("Secret", "*", "regcred"): why})
    assert told(findings)[1:] == [
        (
            "skipped",
            "PullSecretOtherNamespace",
            f"Could not check whether another namespace has a secret regcred: {why}.",
        )
    ]
    assert findings.sent is Sent.NAMED_MISSING


def test_a_secret_that_may_not_be_read_is_said() -> None:
    why = "not allowed to get secrets in namespace shop (verb get, resource secrets)"
    findings = seen([], "regcred", unread={("Secret", "shop", "regcred"): why})
    assert told(findings) == [("skipped", "PullSecretMatches", f"Secret regcred could not be read: {why}.")]
    assert (findings.sent, findings.secrets) == (Sent.UNREADABLE, None)


def test_a_recording_without_secrets_or_their_values_is_said() -> None:
    assert told(seen(None, "regcred")) == [
        (
            "skipped",
            "PullSecretMatches",
            "Secret regcred could not be read: the recording was read without Secrets.",
        )
    ]
    bare = {"metadata": {"name": "regcred", "namespace": "shop"}, "type": "kubernetes.io/dockerconfigjson"}
    findings = seen([bare], "regcred")
    assert told(findings) == [
        (
            "skipped",
            "PullSecretMatches",
            "Secret regcred could not be read: the recording holds it without its values.",
        )
    ]
    assert findings.sent is Sent.UNREADABLE


def test_the_kubelet_says_that_an_unread_secret_is_missing() -> None:
    message = (
        "Unable to retrieve some image pull secrets (regcred, other); attempting to pull the image may not succeed."
    )
    events = [
        event("FailedToRetrieveImagePullSecret", message, "2026-11-23T11:40:00Z", container=None),
        event("FailedToRetrieveImagePullSecret", message, "2026-11-23T11:30:00Z", container=None),
    ]
    findings = seen(None, "regcred", events=events)
    assert told(findings)[0] == (
        "bad",
        "PullSecretMissing",
        "The kubelet could not retrieve secret regcred (event FailedToRetrieveImagePullSecret, last at 11:40 UTC).",
    )
    assert [item.result for item in findings.evidence] == [Result.BAD, Result.SKIPPED]
    assert (findings.sent, findings.secrets) == (Sent.MISSING_BY_EVENT, ("regcred",))


def test_an_event_of_another_pod_says_nothing() -> None:
    message = "Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed."
    for about in ({"name": "web-2"}, {"uid": "u0"}):
        events = [event("FailedToRetrieveImagePullSecret", message, "2026-11-23T11:40:00Z", container=None, **about)]
        assert seen(None, "regcred", events=events).sent is Sent.UNREADABLE


def test_what_is_there_outranks_the_kubelets_older_event() -> None:
    message = "Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed."
    events = [event("FailedToRetrieveImagePullSecret", message, "2026-11-23T11:40:00Z", container=None)]
    assert seen([secret()], "regcred", events=events).sent is Sent.MATCHES


@pytest.mark.parametrize(
    ("one", "text"),
    [
        (
            secret(kind="Opaque"),
            "Secret regcred is of type Opaque, not kubernetes.io/dockerconfigjson: the kubelet ignores it.",
        ),
        (
            secret(kind="Opaque", key=".dockercfg"),
            "Secret regcred is of type Opaque, not kubernetes.io/dockercfg: the kubelet ignores it.",
        ),
        (
            {**secret(kind="Opaque"), "data": {"username": b64("foo"), "password": b64("bar")}},
            "Secret regcred is of type Opaque with password and username: the kubelet ignores it, and reads only "
            "kubernetes.io/dockerconfigjson with the key .dockerconfigjson.",
        ),
        (
            secret(key="config.json"),
            "Secret regcred is of type kubernetes.io/dockerconfigjson and has no key .dockerconfigjson, only config.json: "
            "the kubelet ignores it.",
        ),
        (
            secret(kind="kubernetes.io/dockercfg"),
            "Secret regcred is of type kubernetes.io/dockercfg and has no key .dockercfg, only .dockerconfigjson: the "
            "kubelet ignores it.",
        ),
    ],
)
def test_type_and_key_do_not_fit(one: JsonObject, text: str) -> None:
    findings = seen([one], "regcred")
    assert told(findings) == [("bad", "PullSecretWrongType", text)]
    assert findings.sent is Sent.NONE_FITS
    assert seen([one], "regcred", verdict=MISSING_TAG).evidence[0].result is Result.INFO


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ({"auths": {"registry.example.com": {"auth": "Y2k!"}}}, "illegal base64 data at input byte 3"),
        (
            {"auths": {"ghcr.io": {"auth": "Y2k="}}},
            "unable to parse auth field, must be formatted as base64(username:password)",
        ),
        (
            {"auths": []},
            "json: cannot unmarshal array into Go struct field DockerConfigJSON.auths of type credentialprovider.DockerConfig",
        ),
    ],
)
def test_a_secret_that_cannot_be_parsed_fails_every_pull(document: Any, fault: str) -> None:
    text = f"The kubelet can't parse secret broken, so every pull of the pod fails: {fault}."
    findings = seen([secret("broken", document=document), secret()], "regcred", "broken", verdict=BARE_401)
    assert told(findings)[1] == ("bad", "PullSecretMalformed", text)
    assert findings.sent is Sent.MALFORMED
    assert seen([secret(document=document)], "regcred", verdict=MISSING_TAG).evidence[0].result is Result.INFO
    unsaid = seen([secret(document=document)], "regcred", verdict=says(Cause.CAUSE_NOT_REPORTED))
    assert unsaid.evidence[0].result is Result.BAD


def test_the_kubelet_says_that_an_unread_secret_cannot_be_parsed() -> None:
    malformed = says(Cause.PULL_SECRET_MALFORMED)
    one = seen(None, "regcred", verdict=malformed)
    assert told(one)[0] == (
        "bad",
        "PullSecretMalformed",
        "The kubelet says that it can't parse secret regcred, so every pull of the pod fails.",
    )
    assert (one.evidence[0].about, one.sent) == ("regcred", Sent.UNREADABLE)
    two = seen(None, "a", "b", verdict=malformed)
    assert two.evidence[0].text == (
        "The kubelet says that it can't parse one of the secrets a and b, so every pull of the pod fails."
    )


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ({"auths": {}}, "Secret regcred has no registries, so nothing is sent."),
        ({}, "Secret regcred has no registries, so nothing is sent."),
        (
            {"registry.example.com": {"username": "foo", "password": "bar"}},
            'Secret regcred has its registries outside of "auths": the kubelet finds none.',
        ),
        (
            {"auths": {"https://index.docker.io/v1/": {}}, "credsStore": "desktop"},
            "Secret regcred has only a credential helper (credsStore, credHelpers), which the kubelet doesn't use: "
            "nothing is sent.",
        ),
        (
            {"auths": {}, "credHelpers": {"gcr.io": "gcloud"}},
            "Secret regcred has only a credential helper (credsStore, credHelpers), which the kubelet doesn't use: "
            "nothing is sent.",
        ),
        (
            {"auths": {"https://index.docker.io/v1/": {}}},
            "Secret regcred has no user name for https://index.docker.io/v1/: the pull is anonymous.",
        ),
        (
            {"auths": {"registry.example.com": {"identitytoken": "abc"}}},
            "Secret regcred has no user name for registry.example.com; the kubelet doesn't read identitytoken: the "
            "pull is anonymous.",
        ),
    ],
)
def test_a_secret_holds_no_credentials(document: Any, text: str) -> None:
    findings = seen([secret(document=document)], "regcred")
    assert told(findings) == [("bad", "PullSecretEmpty", text)]
    assert findings.sent is Sent.NONE_FITS


def test_a_secret_is_for_other_registries() -> None:
    anybody = {"username": "foo", "password": "bar"}
    findings = seen([secret(registries={"registry.example.com:5000": anybody, "ghcr.io": anybody})], "regcred")
    assert findings.evidence == (
        Evidence(
            Check.PULL_SECRET_OTHER_REGISTRY,
            Result.BAD,
            "Secret regcred is for registry.example.com:5000 and ghcr.io, not for registry.example.com: "
            "registry.example.com:5000 names port 5000 and the image names none: the kubelet doesn't treat them as "
            "the same.",
            "regcred",
            ("registry.example.com:5000", "ghcr.io"),
        ),
    )
    plain = seen([secret(registries={"ghcr.io": anybody})], "regcred", verdict=MISSING_TAG)
    assert told(plain) == [
        ("info", "PullSecretOtherRegistry", "Secret regcred is for ghcr.io, not for registry.example.com.")
    ]


def test_a_secret_for_another_registry_is_no_fault_beside_one_that_is_sent() -> None:
    other = secret("other", {"ghcr.io": {"username": "foo"}})
    findings = seen([secret(), other], "other", "regcred", verdict=BARE_401)
    assert [(item.result.value, item.check) for item in findings.evidence] == [
        ("info", "PullSecretOtherRegistry"),
        ("bad", "PullSecretMatches"),
    ]


@pytest.mark.parametrize(
    ("verdict", "result", "end"),
    [
        (MISSING_TAG, "ok", ", and they are sent."),
        (BARE_403, "ok", ", and they are sent."),
        (BARE_401, "bad", ", and the registry refused them."),
        (says(Cause.BAD_CREDENTIALS), "bad", ", and the registry refused them."),
        (says(Cause.EXPIRED_CREDENTIALS), "bad", ", and the registry refused them."),
        (ANONYMOUS, "ok", "; the error says that nothing was sent, so it may be older than they are."),
    ],
)
def test_a_secret_matches(verdict: Verdict, result: str, end: str) -> None:
    findings = seen([secret()], "regcred", verdict=verdict)
    text = f"Secret regcred has credentials for registry.example.com{end}"
    assert told(findings) == [(result, "PullSecretMatches", text)]
    assert findings.sent is Sent.MATCHES
    assert findings.evidence[0].values == ("registry.example.com",)


def test_the_key_is_shown_where_it_is_another_word_than_the_registry() -> None:
    hub = secret(registries={"https://index.docker.io/v1/": {"username": "foo", "password": "bar"}})
    findings = seen([hub], "regcred", image="team/app", verdict=BARE_401)
    assert findings.evidence[0].text == (
        "Secret regcred has credentials for docker.io (under https://index.docker.io/v1/), and the registry refused "
        "them."
    )


@pytest.mark.parametrize(
    ("image", "fields", "fault"),
    [
        (f"{ECR}/a", {"username": "foo"}, "Its user name is not AWS, the only one that Amazon ECR accepts."),
        (
            "fra.ocir.io/tenant/app",
            {"username": "foo"},
            "Its user name has no tenancy prefix, and Oracle's registry accepts only TENANCY/USER.",
        ),
        (
            "europe-docker.pkg.dev/p/r/app",
            {"username": "foo"},
            "Its user name is none of _json_key, _json_key_base64 and oauth2accesstoken, and Google's registries "
            "accept no other.",
        ),
        (
            "gcr.io/p/app",
            {"username": "_json_key", "password": "/key.json"},
            "Its user name is _json_key, but its password is not a JSON key.",
        ),
        (
            "acme.azurecr.io/app",
            {"username": "me@acme.example"},
            "Its user name is an e-mail address, which Azure's registry doesn't accept.",
        ),
        (
            "de.icr.io/n/app",
            {"username": "foo"},
            "Its user name is not iamapikey, and IBM's registry accepts no personal user names.",
        ),
        ("quay.io/app", {"password": ""}, "Its password is empty."),
        ("quay.io/app", {"password": "bar\n"}, "Its password ends with a newline, which is sent too."),
        ("quay.io/app", {}, None),
        (f"{ECR}/a", {"username": "AWS"}, None),
        ("fra.ocir.io/tenant/app", {"username": "tenant/foo"}, None),
        ("gcr.io/p/app", {"username": "_json_key", "password": "{}"}, None),
        ("k8s.gcr.io/app", {}, None),
    ],
)
def test_what_speaks_against_a_credential_is_told(image: str, fields: dict[str, str], fault: str | None) -> None:
    registry = image.partition("/")[0]
    one = secret(registries={registry: {"username": "foo", "password": "bar", **fields}})
    (found,) = seen([one], "regcred", image=image, verdict=BARE_401).evidence
    refused = f"Secret regcred has credentials for {registry}, and the registry refused them."
    assert found.text == (f"{refused} {fault}" if fault else refused)


def expiring(seconds: float) -> str:
    claims = {"exp": int((NOW + timedelta(seconds=seconds)).timestamp())}
    return f"eyJhbGciOiJub25lIn0.{b64(json.dumps(claims)).rstrip('=')}.c2ln"


def test_a_token_says_that_it_has_expired() -> None:
    old = secret(registries={"registry.example.com": {"username": "foo", "password": expiring(-3600)}})
    findings = seen([old], "regcred", verdict=BARE_401)
    assert told(findings) == [
        (
            "bad",
            "PullSecretMatches",
            "Secret regcred has credentials for registry.example.com, and the registry refused them.",
        ),
        ("bad", "PullSecretExpired", "The token in secret regcred expired at 11:00 UTC, by its own expiry date."),
    ]
    assert findings.sent is Sent.EXPIRED_BY_TOKEN
    beside = seen([old], "regcred", verdict=MISSING_TAG)
    assert [item.result.value for item in beside.evidence] == ["ok", "info"]
    good = secret(registries={"registry.example.com": {"username": "foo", "password": expiring(3600)}})
    assert seen([good], "regcred", verdict=BARE_401).sent is Sent.MATCHES


def test_an_ecr_token_says_that_it_has_expired() -> None:
    token = b64(json.dumps({"payload": "x", "expiration": int((NOW - timedelta(days=2)).timestamp())}))
    old = secret(registries={ECR: {"username": "AWS", "password": token}})
    findings = seen([old], "regcred", image=f"{ECR}/a", verdict=BARE_403)
    assert told(findings)[1] == (
        "bad",
        "PullSecretExpired",
        "The ECR token in secret regcred expired at 21 Nov 12:00 UTC, by its own expiry date.",
    )
    assert findings.sent is Sent.EXPIRED_BY_TOKEN


def test_a_token_that_says_nothing_is_judged_by_the_secrets_age() -> None:
    registries = {ECR: {"username": "AWS", "password": "abc"}}
    old = secret(registries=registries, made="2026-11-22T23:59:00Z")
    findings = seen([old], "regcred", image=f"{ECR}/a", verdict=BARE_403)
    assert told(findings)[1] == (
        "bad",
        "PullSecretExpired",
        (
            "Secret regcred was last written at 22 Nov 23:59 UTC, and its token is valid for 12 hours: this is "
            "judged by its age."
        ),
    )
    assert findings.sent is Sent.EXPIRED_BY_AGE
    fresh = secret(registries=registries, made="2026-11-23T00:01:00Z")
    assert seen([fresh], "regcred", image=f"{ECR}/a", verdict=BARE_403).sent is Sent.MATCHES
    other = secret(made="2020-01-01T00:00:00Z")
    assert seen([other], "regcred", verdict=BARE_401).sent is Sent.MATCHES


def test_a_good_credential_beside_an_expired_one_is_tried_too() -> None:
    old = secret("old", {"registry.example.com": {"username": "foo", "password": expiring(-60)}})
    findings = seen([old, secret()], "old", "regcred", verdict=BARE_401)
    assert findings.sent is Sent.MATCHES
    assert [(item.result.value, item.check, item.about) for item in findings.evidence] == [
        ("bad", "PullSecretMatches", "old"),
        ("info", "PullSecretExpired", "old"),
        ("bad", "PullSecretMatches", "regcred"),
    ]


def test_the_pause_image_and_a_name_that_is_none_have_nothing_to_do_with_secrets() -> None:
    snapshot = cluster([], Secret=[])
    none = PullSecretFindings((), Sent.NOT_APPLICABLE, ())
    assert look_at_pull_secrets(pulling("regcred", what=What.SANDBOX), ANONYMOUS, snapshot) == none
    assert look_at_pull_secrets(pulling("regcred", image="Not/Valid:x:y"), ANONYMOUS, snapshot) == none


def account(*names: str, name: str = "default") -> JsonObject:
    metadata = {"name": name, "namespace": "shop"}
    return {"metadata": metadata, "imagePullSecrets": [{"name": one} for one in names]}


def test_the_service_account_names_secrets_that_the_pod_did_not_get() -> None:
    findings = seen([], ServiceAccount=[account("regcred")])
    assert findings.evidence[1] == Evidence(
        Check.SERVICE_ACCOUNT_SECRETS_CHANGED,
        Result.INFO,
        "Service account default has regcred now, and the pod has none: a pod gets them only when it is created.",
        values=("regcred",),
    )
    assert len(seen([], ServiceAccount=[account()]).evidence) == 1
    assert len(seen([], ServiceAccount=[account("regcred")], verdict=MISSING_TAG).evidence) == 1


def test_secrets_of_the_template_are_not_the_accounts() -> None:
    owner = {"kind": "ReplicaSet", "name": "web", "controller": True}
    metadata = {"ownerReferences": [owner]}

    def found(template: JsonObject | None) -> list[str]:
        made = {"metadata": {"name": "web", "namespace": "shop"}, "spec": {"template": {"spec": template}}}
        kinds = {"Secret": [secret("old")], "ServiceAccount": [account("new")]}
        snapshot = cluster([], **kinds, **({} if template is None else {"ReplicaSet": [made]}))
        findings = look_at_pull_secrets(pulling("old", metadata=metadata), BARE_401, snapshot)
        return [item.text for item in findings.evidence if item.check == "ServiceAccountSecretsChanged"]

    assert found({"containers": []}) == [
        "Service account default has new now, and the pod has old: a pod gets them only when it is created."
    ]
    assert found({"imagePullSecrets": [{"name": "old"}]}) == []
    assert found(None) == []


def test_a_static_pod_gets_nothing_from_an_account() -> None:
    failure = pulling(metadata={"annotations": {"kubernetes.io/config.mirror": "x"}})
    snapshot = cluster([], Secret=[], ServiceAccount=[account("regcred")])
    assert len(look_at_pull_secrets(failure, ANONYMOUS, snapshot).evidence) == 1


def test_an_account_that_could_not_be_looked_at_is_said() -> None:
    findings = look_at_pull_secrets(pulling(), ANONYMOUS, cluster([], Secret=[]))
    assert told(findings)[1] == (
        "skipped",
        "ServiceAccountSecretsChanged",
        "Could not check which pull secrets service account default has now: the recording was read without "
        "ServiceAccounts.",
    )


USER, PASSWORD = "robot-of-the-shop", "Tr0ub4dor-and-3"
AUTH = b64(f"{USER}:{PASSWORD}")
TOKEN = f"{b64(USER)}.{b64(json.dumps({'exp': 1, 'sub': PASSWORD})).rstrip('=')}.{b64(PASSWORD).rstrip('=')}"
DOCUMENTS: tuple[Any, ...] = (
    {"auths": {"registry.example.com": {"username": USER, "password": PASSWORD, "auth": AUTH}}},
    {"auths": {"registry.example.com": {"auth": f"{AUTH}!"}}},
    {"auths": {"registry.example.com": {"auth": b64(PASSWORD)}}},
    {"auths": {"registry.example.com": {"auth": [AUTH]}}},
    {"auths": {"registry.example.com": f"{USER}:{PASSWORD}"}},
    {"auths": {f"https://{USER}:{PASSWORD}@registry.example.com:1": {"username": USER}}},
    {"auths": {f"registry.example.com?{USER}={PASSWORD}": {"password": PASSWORD}}},
    {"auths": {"registry.example.com": {"identitytoken": PASSWORD, "registrytoken": AUTH}}},
    {"auths": {"registry.example.com": {"username": USER, "password": TOKEN}}},
    {"auths": {"ghcr.io": {"username": PASSWORD, "password": USER}}},
    {"registry.example.com": {"username": USER, "password": PASSWORD}},
    f'{{"auths": {{"registry.example.com": "{PASSWORD}" "{USER}"}}}}',
    f"{USER}:{PASSWORD}",
    AUTH,
)


@pytest.mark.parametrize("verdict", [ANONYMOUS, BARE_401, BARE_403, MISSING_TAG, says(Cause.EXPIRED_CREDENTIALS)])
def test_no_value_is_in_what_is_found(verdict: Verdict) -> None:
    kinds = (
        ("kubernetes.io/dockerconfigjson", ".dockerconfigjson"),
        ("kubernetes.io/dockercfg", ".dockercfg"),
        ("Opaque", "password"),
    )
    secrets = [
        secret(f"{namespace}-{number}-{place}", document=document, kind=kind, key=key, namespace=namespace)
        for number, document in enumerate(DOCUMENTS)
        for place, (kind, key) in enumerate(kinds)
        for namespace in ("shop", "prod")
    ]
    snapshot: Snapshot = cluster([], Secret=secrets, ServiceAccount=[account("x")])
    names = [name.replace("prod", "shop") for name in (one["metadata"]["name"] for one in secrets)]
    output = ""
    for name in (*names, *(one["metadata"]["name"] for one in secrets)):
        output += repr(look_at_pull_secrets(pulling(name), verdict, snapshot))
    assert output.count("PullSecret") > 100
    values = (
        USER,
        PASSWORD,
        AUTH,
        TOKEN,
        *TOKEN.split("."),
        b64(USER),
        b64(PASSWORD),
        *(b64(json.dumps(d)) for d in DOCUMENTS),
    )
    for value in values:
        for start in range(0, len(value) - 9, 5):
            assert value[start : start + 10] not in output


LAST_TRY = FailureText(f'Failed to pull image "{IMAGE}": 401 Unauthorized', "event Failed", NOW - timedelta(minutes=30))
BACK_OFF_NOW = FailureText("Error: ImagePullBackOff", "event Failed", NOW)


def written(minutes_ago: int) -> str:
    return (NOW - timedelta(minutes=minutes_ago)).isoformat()


def test_a_secret_that_was_written_after_the_last_try_is_no_longer_the_one_that_was_refused() -> None:
    findings = seen([secret(made=written(20))], "regcred", verdict=BARE_401, texts=(LAST_TRY, BACK_OFF_NOW))
    assert told(findings) == [
        (
            "info",
            "PullSecretMatches",
            "Secret regcred has other credentials for registry.example.com since 11:40 UTC, and the last error, of "
            "11:30 UTC, is older.",
        )
    ]
    assert [login.is_newer_than_error for login in findings.logins] == [True]
    assert findings.sent is Sent.MATCHES


@pytest.mark.parametrize(
    ("of_secret", "of_pod", "newer"),
    [("9", "8", True), ("10", "9", True), ("8", "9", False), ("9", "9", False), ("9", "", False), ("9x", "8", False)],
)
def test_a_secret_with_a_later_version_than_the_status_is_not_the_one_that_was_refused(
    of_secret: str, of_pod: str, *, newer: bool
) -> None:
    changed = secret(made=written(40))
    changed["metadata"]["resourceVersion"] = of_secret
    failure = replace(pulling("regcred"), texts=(LAST_TRY,))
    failure.pod_object["metadata"] = {"resourceVersion": of_pod}
    findings = look_at_pull_secrets(failure, BARE_401, cluster([], Secret=[changed], ServiceAccount=[]))
    assert [login.is_newer_than_error for login in findings.logins] == [newer]
    if newer:
        assert told(findings) == [
            (
                "info",
                "PullSecretMatches",
                "Secret regcred was changed after the last error, of 11:30 UTC, so that error says nothing about what it has now.",
            )
        ]


@pytest.mark.parametrize(
    ("made", "texts"),
    [
        (written(40), (LAST_TRY,)),
        # a back-off is no try, and without any event the last try isn't known
        (written(40), (BACK_OFF_NOW, LAST_TRY)),
        (written(20), (BACK_OFF_NOW,)),
        (written(20), ()),
    ],
)
def test_an_older_secret_is_the_one_that_was_refused(made: str, texts: tuple[FailureText, ...]) -> None:
    findings = seen([secret(made=made)], "regcred", verdict=BARE_401, texts=texts)
    assert [login.is_newer_than_error for login in findings.logins] == [False]
    assert findings.evidence[0].result is Result.BAD


@pytest.mark.parametrize(
    ("one", "key", "kind"),
    [
        (
            secret(kind="Opaque"),
            ".dockerconfigjson",
            "kubernetes.io/dockerconfigjson",
        ),
        (secret(kind="Opaque", key="config.json"), "config.json", "kubernetes.io/dockerconfigjson"),
        (
            secret(kind="kubernetes.io/dockercfg", key=".dockercfg"),
            ".dockercfg",
            "kubernetes.io/dockerconfigjson",
        ),
        (
            secret(document={"registry.example.com": {"username": "foo", "password": "bar"}}),
            ".dockerconfigjson",
            "kubernetes.io/dockercfg",
        ),
        (
            secret(
                kind="Opaque", key=".dockercfg", document={"registry.example.com": {"username": "foo", "password": "b"}}
            ),
            ".dockercfg",
            "kubernetes.io/dockercfg",
        ),
    ],
)
def test_credentials_under_a_wrong_type_or_in_a_wrong_form_are_found(one: JsonObject, key: str, kind: str) -> None:
    findings = seen([one], "regcred")
    (read,) = findings.pull_secrets
    assert findings.sent is Sent.NONE_FITS
    assert findings.logins == ()
    assert read.misfiled
    assert (read.misfiled.key, read.misfiled.type) == (key, kind)
    assert [entry.registry for entry in read.misfiled.entries] == ["registry.example.com"]


@pytest.mark.parametrize(
    "one",
    [
        secret(),
        secret(kind="Opaque", key="password", document="hunter2"),
        secret(kind="Opaque", key="config.json", document={"a": {"b": 1}, "c": [2]}),
        secret(kind="Opaque", key="config.json", document={"auths": {"registry.example.com": {"auth": "!"}}}),
        secret(document={"auths": {"registry.example.com": {}}}),
        secret(kind="Opaque", key="{{evil}}"),
    ],
)
def test_nothing_else_is_taken_for_misfiled_credentials(one: JsonObject) -> None:
    (read,) = seen([one], "regcred").pull_secrets
    assert read.misfiled is None


def test_a_dockercfg_that_holds_auths_sends_nothing() -> None:
    findings = seen([secret(kind="kubernetes.io/dockercfg", key=".dockercfg")], "regcred")
    assert told(findings) == [
        (
            "bad",
            "PullSecretEmpty",
            'Secret regcred is of type kubernetes.io/dockercfg and contains "auths", which only '
            "kubernetes.io/dockerconfigjson uses: the kubelet finds no credentials in it.",
        )
    ]


def test_what_is_told_of_a_login_that_is_sent() -> None:
    registries = {
        "registry.example.com": {"username": "robot", "password": "x"},
        "ghcr.io": {"username": "u", "password": "x"},
        "quay.io": {},
    }
    one = {**secret(registries=registries), "immutable": True}
    findings = seen([one], "regcred", verdict=BARE_401)
    assert findings.logins == (SentLogin("regcred", "registry.example.com", (LoginFault.DOLLAR_LOST,), others=1),)
    assert findings.pull_secrets[0].immutable


def test_a_login_that_holds_a_password_may_still_be_put_into_the_key() -> None:
    login = {"https://me:hunter22@registry.example.com": {"username": "foo", "password": "bar"}}
    assert "hunter22" not in repr(seen([secret(registries=login)], "regcred", verdict=BARE_401))


def test_a_user_name_that_a_shell_took_leaves_nothing_to_send() -> None:
    one = secret(registries={"nvcr.io": {"username": "", "password": "key"}})
    findings = seen([one], "regcred", image="nvcr.io/nvidia/app:1")
    assert (findings.sent, findings.lost) == (Sent.NONE_FITS, (LoginFault.OAUTHTOKEN_LOST,))
    other = secret(registries={"nvcr.io": {"username": "", "password": "key"}})
    assert seen([other], "regcred").lost == ()


def test_the_writer_of_a_named_secret_is_told_where_a_pull_was_refused() -> None:
    one = secret()
    one["metadata"]["annotations"] = {"reflector.v1.k8s.emberstack.com/reflects": "infra/regcred"}
    findings = seen([one], "regcred", verdict=BARE_401)
    assert [writer.label for writer in findings.writers] == ["secret regcred of namespace infra"]
    assert findings.evidence[-1].check is Check.WRITTEN_BY
    beside = seen([one], "regcred", verdict=MISSING_TAG)
    assert beside.writers == ()
    assert Check.WRITTEN_BY not in {item.check for item in beside.evidence}


LIMITED = says(Cause.RATE_LIMITED)


@pytest.mark.parametrize(("verdict", "count"), [(ANONYMOUS, 1), (LIMITED, 1), (MISSING_TAG, 0)])
def test_a_secret_in_the_wrong_place_is_told_where_a_login_may_help(verdict: Verdict, count: int) -> None:
    manifest = json.dumps({"kind": "Pod", "spec": {"containers": [{"name": "app", "imagePullSecret": "regcred"}]}})
    metadata = {"annotations": {"kubectl.kubernetes.io/last-applied-configuration": manifest}}
    findings = look_at_pull_secrets(pulling(metadata=metadata), verdict, cluster([], Secret=[]))
    misplaced = [item for item in findings.evidence if item.check is Check.PULL_SECRET_MISPLACED]
    assert len(misplaced) == len(findings.misplaced) == count
    if count:
        assert misplaced[0].text == (
            "The manifest has secret regcred under container app, where Kubernetes ignores it: imagePullSecrets "
            "belongs in the pod's spec, next to its containers."
        )
        assert (misplaced[0].about, misplaced[0].values) == ("regcred", ("container app",))


def test_what_a_blob_store_says_is_no_fault_of_a_secret() -> None:
    text = f"{HEAD.replace('HEAD request to https://registry.example.com', 'GET request to https://cdn.example.net')}403 Forbidden"
    verdict = classify(text, None, IMAGE)
    assert verdict.answered_by == "cdn.example.net"
    assert seen([], verdict=verdict, message=text).evidence[0].result is Result.OK
    assert seen([], "regcred", verdict=verdict, message=text).evidence[0].result is Result.INFO
