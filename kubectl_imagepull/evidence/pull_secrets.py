"""What the kubelet would send for a pod and an image, and what keeps it from sending the right thing.

Facts: kubernetes pkg/kubelet (kubelet_pods.go: a pod's secrets are looked for in its namespace only, and empty names
passed over) and plugin/pkg/admission/serviceaccount (a service account's secrets are copied when a pod is made, and
only if it names none); an Amazon ECR token lives for 12 hours, a Google access token for no longer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kubectl_imagepull.evidence import secret_words
from kubectl_imagepull.evidence.accounts import changed_account
from kubectl_imagepull.evidence.checks import Evidence, Result
from kubectl_imagepull.evidence.docker_config import PullSecret, SecretState
from kubectl_imagepull.evidence.index import index_of
from kubectl_imagepull.evidence.keyring import KeyringMatch, lookup
from kubectl_imagepull.evidence.login_faults import LoginFault, faults_of, life_of
from kubectl_imagepull.evidence.misplaced_secrets import misplaced_secrets
from kubectl_imagepull.evidence.nearest import shown_registry
from kubectl_imagepull.evidence.node_login import node_may_log_in
from kubectl_imagepull.evidence.pull_secret_findings import (
    EXPIRED,
    MisplacedSecret,
    PullSecretFindings,
    Sent,
    SentLogin,
)
from kubectl_imagepull.evidence.refusal import Refusal, read_refusal
from kubectl_imagepull.evidence.refusing_texts import (
    REFUSED,
    another_host_answered,
    blames_what_was_sent,
    denies_a_login,
    proves_a_login,
)
from kubectl_imagepull.evidence.secret_writer import writer_of, written_by
from kubectl_imagepull.failures.failure import PullFailure
from kubectl_imagepull.kube.objects import object_of, pull_secrets_of, version_of
from kubectl_imagepull.kube.silent_status import FAILED_IMAGE
from kubectl_imagepull.kube.snapshot import Snapshot
from kubectl_imagepull.messages.verdict import Verdict
from kubectl_imagepull.vocabulary.causes import Cause, What
from kubectl_imagepull.vocabulary.image_reference import ImageReference, try_parse
from kubectl_imagepull.vocabulary.vendors import Vendor, vendor_of

_SENDS = EXPIRED | {Sent.MATCHES}


@dataclass(frozen=True)
class _PullSecretLook:
    """One failure's secrets by name: as they were read, absent (None), or with the reason why they are unread."""

    #: The failure whose secrets are looked at.
    failure: PullFailure
    #: Its image.
    image: ImageReference
    #: What was read of the cluster.
    snapshot: Snapshot
    #: The secrets that the pod names, in its order.
    secrets: dict[str, PullSecret | str | None]
    #: Those that the kubelet said it could not retrieve, and when last.
    reported: dict[str, datetime | None]
    #: What the registry's words tell of who was refused.
    refusal: Refusal

    @property
    def read(self) -> dict[str, PullSecret]:
        return {name: secret for name, secret in self.secrets.items() if isinstance(secret, PullSecret)}

    @property
    def matches(self) -> tuple[KeyringMatch, ...]:
        """What would be sent, without what holds no user name."""
        used = [(name, secret.entries) for name, secret in self.read.items() if secret.state is SecretState.USED]
        return tuple(match for match in lookup(used, self.image) if not match.entry.credential.is_empty)

    def end_of(self, match: KeyringMatch) -> tuple[datetime | None, bool]:
        """When a credential that is sent ends, if that is known, and whether its token says so itself."""
        credential = match.entry.credential
        if credential.expires:
            return credential.expires, True
        life = life_of(self.image.registry, credential)
        return (life.end(self.read[match.secret].changed) if life else None), False

    def has_expired(self, match: KeyringMatch) -> bool:
        """Whether a credential that is sent has ended by now."""
        end, _ = self.end_of(match)
        return end is not None and end <= self.snapshot.now

    @property
    def sent(self) -> Sent:
        """What the kubelet would have sent, in one word."""
        if any(secret.state is SecretState.MALFORMED for secret in self.read.values()):
            return Sent.MALFORMED
        if matches := self.matches:
            if not all(map(self.has_expired, matches)):
                return Sent.MATCHES
            by_token = all(self.end_of(match)[1] for match in matches)
            return Sent.EXPIRED_BY_TOKEN if by_token else Sent.EXPIRED_BY_AGE
        unread = [name for name, secret in self.secrets.items() if self.why_unread(name)]
        if unread:
            return Sent.MISSING_BY_EVENT if any(name in self.reported for name in unread) else Sent.UNREADABLE
        if None in self.secrets.values():
            return Sent.NAMED_MISSING
        return Sent.NONE_FITS if self.secrets else Sent.NONE_NAMED

    def why_unread(self, name: str) -> str | None:
        """Why nothing can be said of a secret's content; None where there is something to say."""
        secret = self.secrets[name]
        if isinstance(secret, str):
            return secret
        if secret and secret.state is SecretState.HIDDEN:
            return f"the {self.snapshot.source.kind} holds it without its values"
        return None

    @property
    def last_try(self) -> datetime | None:
        """When the image was last tried, as far as an event says; a back-off is no try."""
        tries = [text.time for text in self.failure.texts if text.time and FAILED_IMAGE.match(text.text)]
        return max(tries, default=None)

    def is_newer_than_error(self, secret: str) -> bool:
        """Whether a secret was made or written after the last try that is known."""
        return self._was_written_since(secret) or self.is_newer_than_status(secret)

    def _was_written_since(self, secret: str) -> bool:
        changed, tried = self.read[secret].changed, self.last_try
        return changed is not None and tried is not None and changed > tried

    def is_newer_than_status(self, secret: str) -> bool:
        """Whether a secret was written after the pod's status, in which the kubelet writes down what a try gave.

        A recording mostly has no times of a secret's changes (`kubectl get` leaves managedFields out), but the
        resourceVersion, which is one count for all writes: kubernetes
        staging/src/k8s.io/apiserver/pkg/storage/etcd3.
        """
        own, of_pod = self.read[secret].version, version_of(self.failure.pod_object)
        return own is not None and of_pod is not None and own > of_pod

    def words_of_change(self, secret: str) -> Evidence:
        """What is said of a secret that was written after the last try."""
        own = [match for match in self.matches if match.secret == secret]
        changed = self.read[secret].changed if self._was_written_since(secret) else None
        return secret_words.changed_since(own, self.image, changed, self.last_try, self.snapshot.now)

    def login_of(self, match: KeyringMatch) -> SentLogin:
        """What may be told of a credential that is sent."""
        credential, secret = match.entry.credential, self.read[match.secret]
        end, _ = self.end_of(match)
        sent = {one.entry.registry for one in self.matches if one.secret == match.secret}
        others = [entry for entry in secret.entries if entry.registry not in sent and not entry.credential.is_empty]
        return SentLogin(
            match.secret,
            shown_registry(match.entry.registry),
            faults_of(self.image.registry, credential),
            end if self.has_expired(match) else None,
            life_of(self.image.registry, credential),
            is_newer_than_error=self.is_newer_than_error(match.secret),
            others=len(others),
        )

    @property
    def lost(self) -> tuple[LoginFault, ...]:
        """What is wrong with entries that fit the image and hold no user name."""
        held = [(name, secret.entries) for name, secret in self.read.items() if secret.state is SecretState.USED]
        empty = [match.entry.credential for match in lookup(held, self.image) if match.entry.credential.is_empty]
        return tuple(dict.fromkeys(fault for one in empty for fault in faults_of(self.image.registry, one)))


def look_at_pull_secrets(
    failure: PullFailure, verdict: Verdict, snapshot: Snapshot, message: str = ""
) -> PullSecretFindings:
    """Looks at every pull secret that the pod names; no value of any leaves the function that reads it.

    `message` is the text that decided, for what it tells of who was refused.
    """
    refusal = read_refusal(message)
    image = try_parse(failure.image)
    if failure.what is What.SANDBOX or image is None:
        return PullSecretFindings(refusal=refusal)
    names = pull_secrets_of(object_of(failure.pod_object.get("spec")))
    secrets = {name: _secret(snapshot, failure.namespace, name) for name in names}
    reported = index_of(snapshot).not_retrieved(failure) if names else {}
    look = _PullSecretLook(failure, image, snapshot, secrets, reported, refusal)
    sent = look.sent
    evidence = [item for name in names for item in _evidence(look, name, sent, verdict)]
    if sent is Sent.UNREADABLE and verdict.cause is Cause.PULL_SECRET_MALFORMED:
        evidence.insert(0, secret_words.one_is_malformed([name for name in names if look.why_unread(name)]))
    if not names:
        refused = verdict.cause in REFUSED and not another_host_answered(verdict, refusal)
        evidence.append(secret_words.none_named(image.registry, refused=refused))
    if verdict.cause in REFUSED and (changed := changed_account(failure.pod_object, names, snapshot)):
        evidence.append(changed)
    misplaced = _misplaced(failure, names, verdict, snapshot)
    evidence += [secret_words.misplaced_secret(one) for one in misplaced]
    of_ecr = vendor_of(image.registry) is Vendor.ECR
    writers = [writer_of(snapshot, failure.namespace, name, of_ecr=of_ecr) for name in names]
    known = tuple(writer for writer in writers if writer and verdict.cause in REFUSED)
    evidence += map(written_by, known)
    return PullSecretFindings(
        evidence=tuple(evidence),
        sent=sent,
        secrets=None if sent is Sent.UNREADABLE else names,
        pull_secrets=tuple(look.read.values()),
        logins=tuple(map(look.login_of, look.matches)),
        lost=look.lost,
        writers=known,
        misplaced=misplaced,
        refusal=refusal,
        node_may_log_in=node_may_log_in(snapshot, failure.node, image.registry),
    )


def _misplaced(
    failure: PullFailure, names: tuple[str, ...], verdict: Verdict, snapshot: Snapshot
) -> tuple[MisplacedSecret, ...]:
    """The secrets that a manifest names in a wrong place, as far as that may be why the pull was refused."""
    if verdict.cause not in REFUSED | {Cause.RATE_LIMITED}:
        return ()
    return tuple(one for one in misplaced_secrets(failure.pod_object, snapshot) if one.name not in names)


def _secret(snapshot: Snapshot, namespace: str, name: str) -> PullSecret | str | None:
    if secret := index_of(snapshot).pull_secret(namespace, name):
        return secret
    return snapshot.why_unread("Secret", namespace, name)


def _evidence(look: _PullSecretLook, name: str, sent: Sent, verdict: Verdict) -> list[Evidence]:
    secret = look.secrets[name]
    # a secret is to blame for a refused pull only if nothing else would have been sent
    refused = verdict.cause in REFUSED and not proves_a_login(verdict, look.refusal)
    refused = refused and not another_host_answered(verdict, look.refusal)
    fault = Result.BAD if refused and sent not in _SENDS else Result.INFO
    if secret is None:
        return [secret_words.missing_secret(name, look.failure.namespace, fault), *_elsewhere(look, name)]
    if why := look.why_unread(name):
        skipped = secret_words.unread_secret(name, why)
        if name not in look.reported:
            return [skipped]
        return [secret_words.not_retrieved(name, look.reported[name], look.snapshot.now, fault), skipped]
    read = look.read[name]
    if read.state is SecretState.MALFORMED:
        fails = verdict.cause in REFUSED | {Cause.CAUSE_NOT_REPORTED}
        return [secret_words.malformed_secret(read, Result.BAD if fails else Result.INFO)]
    if read.state is SecretState.IGNORED:
        return [secret_words.wrong_type(read, fault)]
    own = [match for match in look.matches if match.secret == name]
    return _of_matches(look, own, sent, verdict) if own else [secret_words.unfit_secret(read, look.image, fault)]


def _of_matches(look: _PullSecretLook, own: list[KeyringMatch], sent: Sent, verdict: Verdict) -> list[Evidence]:
    name = own[0].secret
    blamed = blames_what_was_sent(verdict, sent, look.refusal)
    if verdict.cause in REFUSED and look.is_newer_than_error(name):
        evidence = [look.words_of_change(name)]
    else:
        hopeless = verdict.cause is Cause.FORBIDDEN and all(look.login_of(match).is_hopeless for match in own)
        result = Result.BAD if blamed or (hopeless and not look.refusal.identity) else Result.OK
        evidence = [secret_words.matching_secret(own, look.image, result, denied=denies_a_login(verdict))]
    for match in own:
        if look.has_expired(match):
            end, by_token = look.end_of(match)
            fault = Result.BAD if verdict.cause in REFUSED and sent in EXPIRED else Result.INFO
            changed = look.read[match.secret].changed
            credential = match.entry.credential
            life = life_of(look.image.registry, credential)
            how = credential.token if by_token else life
            evidence.append(
                secret_words.expired_secret(match.secret, end if by_token else changed, how, look.snapshot.now, fault)
            )
            break
    return evidence


def _elsewhere(look: _PullSecretLook, name: str) -> list[Evidence]:
    """Where else a pull secret of that name is: first the namespaces in which it fits the image.

    Of a secret of another type nothing is told: it is no pull secret, and its name alone may say too much.
    """
    fits: dict[str, bool] = {}
    index = index_of(look.snapshot)
    for namespace in index.namespaces_with(name):
        read = index.pull_secret(namespace, name)
        if read and read.is_pull_secret and namespace not in {"", look.failure.namespace}:
            held = [(name, read.entries)] if read.state is SecretState.USED else []
            fits[namespace] = any(not match.entry.credential.is_empty for match in lookup(held, look.image))
    evidence = [secret_words.other_namespaces(name, look.image, fits)] if fits else []
    if why := look.snapshot.why_unread("Secret", "*", name):
        evidence.append(secret_words.unknown_elsewhere(name, why))
    return evidence
