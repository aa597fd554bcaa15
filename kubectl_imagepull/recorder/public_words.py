"""Words that names consist of everywhere: they tell nothing of a site, and evidence reads them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kubectl_imagepull.evidence.credential import KNOWN_USERS
from kubectl_imagepull.messages.rule_words import words_of_rules
from kubectl_imagepull.vocabulary.likeness import is_like_word
from kubectl_imagepull.vocabulary.pseudonyms import in_small_letters, stem_of
from kubectl_imagepull.vocabulary.public_names import (
    FILE_ENDINGS,
    MEDIA_TYPES,
    MODULE_BEGINNINGS,
    OPERATING_SYSTEMS,
    PATH_WORDS,
    PUBLIC_HOSTS,
    SYSTEM_NAMES,
)

_WORD = re.compile(r"[^\W_]+")
#: Registries, clouds and their regions, and the images that everybody pulls: a name near to one is a typing mistake.
_NAMES_OF_SOFTWARE = """
    docker docker.io index registry registry-1 hub library ghcr.io quay.io gcr.io mirror.gcr.io pkg.dev k8s.gcr.io
    registry.k8s.io mcr.microsoft.com azurecr.io azurecr.cn azurecr.de azurecr.us geo microsoft azure windows
    dkr ecr ecr-fips ecr-public public aws amazon amazonaws.com amazonaws.com.cn on.aws starport s3 dualstack
    google cloud googleapis googleusercontent gke artifactregistry container icr.io nvcr.io cgr.dev chainguard
    registry.access.redhat.com registry.connect.redhat.com redhat openshift okd rancher cattle k3s k3d rke2 rke
    kind minikube microk8s k0s talos eks aks fargate ec2 compute nodegroup nodepool nodepools vmss gce doks lke
    registry.digitalocean.com digitalocean ocir.io oci oraclecloud.com oracle aliyuncs.com cr myhuaweicloud swr
    tencentcloudcr.com tencentyun ccr ccs icr ibm gitlab harbor goharbor artifactory jfrog nexus sonatype
    cloudflare cloudfront blob.core.windows.net login.microsoftonline.com sts githubusercontent github git
    nginx redis postgres postgresql mysql mariadb mongo mongodb rabbitmq kafka zookeeper elasticsearch memcached
    busybox alpine debian ubuntu centos fedora rockylinux almalinux python node golang openjdk httpd traefik haproxy
    wordpress php perl ruby rust tomcat jenkins grafana prometheus alertmanager loki influxdb consul vault etcd
    coredns cilium calico flannel metallb istio istiod linkerd envoy kyverno gatekeeper argocd argo argoproj flux
    fluxcd helm tiller bitnami bitnamilegacy kubernetes kube pause certmanager cert jetstack velero longhorn keda
    knative tekton crossplane karpenter reflector replicator sealedsecrets emberstack mittwald spegel kubeadm
    containerd crio cri-o dockershim cri-dockerd kubelet kubectl skopeo podman buildah kaniko nerdctl crictl
    reloader datadog newrelic nvidia cuda hello-world hello world amd64 arm64 arm64v8 arm32v7 arm s390x ppc64le x86
    386 example.com example.org example.net example
"""
#: Of Kubernetes' own objects, and of what people call things everywhere.
_OF_KUBERNETES = """
    default system kube-system kube-public kube-node-lease lease public node nodes control plane controlplane master
    worker workers agent server scheduler controller manager proxy dns apiserver daemon daemonset deployment
    statefulset replicaset replicationcontroller cronjob job jobs pod pods service services serviceaccount account
    builder deployer pipeline openshift-image-registry openshift-config openshift-operators image-registry svc
    cluster local internal localhost localdomain lan home test invalid secret secrets token tokens regcred
    pullsecret pull dockercfg dockerconfigjson dockerhub auths username email identitytoken registrytoken credhelpers
    credsstore httpheaders namespace namespaces chart charts values templates manifest manifests deployed superseded
    failed pending release releases v1 sh helm.release app.kubernetes.io hostname topology region zone arch os name
    instance version component part of managed by tier env environment role arch heritage web api app apps backend
    frontend db cache base main init sidecar data config ephemeral debug debugger metrics exporter webhook webhooks
    mutating validating admission operator operators csi cni driver plugin addon ingress egress gateway monitoring
    logging ready reachable unreachable taint schedulable unschedulable pressure disk memory pid network
    unavailable initialized scheduled progressing available replica failure true false unknown normal warning none
    sub path paths spec metadata labels annotations template selector status containers stable latest
    nightly edge canary rolling update recreate ondelete ordered parallel always never ifnotpresent noschedule
    noexecute exists hash revision generation generate deploy sts ds rs rc svc sa ns cm po cj
    east west north south central northeast northwest southeast southwest us eu ap sa ca me af il cn gov asia europe
    australia america uk de fr jp in br de kr sg
    access artifacts bucket repository repositories image images registry registries mirror mirrors upstream tag tags
    opaque redacted stand ins kubernetes.io node-role node.kubernetes.io not-ready hook deleted com org net io dev cloud
    internal-ip external-ip internalip externalip hostname internaldns externaldns aws-cli get login password
    oauth2accesstoken json jwt http https ssh git tcp udp mc subscriptions resourcegroups providers virtualmachines
    virtualmachinescalesets microsoft.compute v2 vault operator webhookconfiguration x
"""
#: A version, a number with a unit, a commit or the start of a digest, and what Kubernetes puts behind a name: it takes
#: these letters alone, so that they make no word (kubernetes/apimachinery pkg/util/rand/rand.go).
_NO_WORD = re.compile(
    r"""\d+\Z | v\d\w{0,6}\Z | \d{1,6}[a-z]{1,2}\d{0,3}\Z | (?=[a-f]*\d)[0-9a-f]{7,}\Z
    | (?=[a-z]*\d)(?:[bcdfghjklmnpqrstvwxz2456789]{5}|[bcdfghjklmnpqrstvwxz2456789]{8,10})\Z""",
    re.VERBOSE,
)
#: The id of an account of Amazon has so many digits.
_ACCOUNT = re.compile(r"\d{12}\Z")
_SHORTEST_MISTAKE = 5


def _words(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(in_small_letters(word) for text in texts for word in _WORD.findall(text))


_SOFTWARE = _words([_NAMES_OF_SOFTWARE, *PUBLIC_HOSTS])
#: All of them.
PUBLIC_WORDS = (
    _SOFTWARE
    | words_of_rules()
    | _words([_OF_KUBERNETES, *PATH_WORDS, *SYSTEM_NAMES, *FILE_ENDINGS, *MODULE_BEGINNINGS, *OPERATING_SYSTEMS])
    | _words([*MEDIA_TYPES, *KNOWN_USERS])
)


def without_a_letter(word: str) -> set[str]:
    """A word, and what it is without one of its letters: words that differ in one letter share one of these."""
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


#: The long names of software by what they are without a letter.
_NEAR = {key: word for word in _SOFTWARE if len(word) >= _SHORTEST_MISTAKE for key in without_a_letter(word)}


def is_public_word(word: str) -> bool:
    """Whether a word in small letters may stand in what goes to strangers."""
    if _ACCOUNT.match(word):
        return False
    stem = stem_of(word)[0]
    return (
        len(word) == 1
        or word in PUBLIC_WORDS
        or stem in PUBLIC_WORDS
        or bool(_NO_WORD.match(word))
        or _is_mistyped(stem)
    )


def _is_mistyped(word: str) -> bool:
    """Whether a word is a public one with a typing mistake: `dokcer`."""
    near = (_NEAR[key] for key in without_a_letter(word) if key in _NEAR) if len(word) >= _SHORTEST_MISTAKE else ()
    return any(is_like_word(word, one) for one in near)
