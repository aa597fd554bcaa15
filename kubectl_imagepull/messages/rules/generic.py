"""Generic words and translated ones, which decide only where nothing else does.

Go prints what Windows says in the language of the system; its own words, and Linux's, are English everywhere.
"""

from __future__ import annotations

from kubectl_imagepull.messages.rules.phrase import Phrase
from kubectl_imagepull.messages.rules.rule import Call, Rule
from kubectl_imagepull.messages.rules.shapes import (
    CONTAINERD_COPY,
    CONTAINERD_EXTRACT,
    CONTAINERD_PULL,
    CONTAINERD_STATUS,
    CRANE,
    CRIO_LAYER,
    CRIO_READ,
    DOCKER,
    DOCKER_GET,
    PULL,
)
from kubectl_imagepull.vocabulary.causes import Cause

_LOGS = 'Error from server (BadRequest): container "app" in pod "web-0" is waiting to start: '

GENERIC: tuple[Rule, ...] = (
    Rule(
        Cause.CONNECT_TIMEOUT,
        "time ran out, and the text doesn't say at which stage",
        (
            Phrase(
                r"i/o timeout",
                CONTAINERD_COPY + "write tcp 10.0.0.9:43720->10.0.0.5:443: i/o timeout",
                "Go: golang/go src/net/net.go",
            ),
            Phrase(
                r"context deadline exceeded",
                PULL + "rpc error: code = DeadlineExceeded desc = context deadline exceeded",
                "Go: golang/go src/context/context.go",
            ),
            Phrase(
                r"(?:[Cc]onnection|[Oo]peration) timed out",
                CONTAINERD_COPY + "write tcp 10.0.0.9:43720->10.0.0.5:443: write: connection timed out",
                "Linux, in Go's words and in glibc's: golang/go src/syscall/zerrors_linux_amd64.go (ETIMEDOUT); "
                "Rust, such "
                "as Kata's image-rs: seanmonstar/reqwest src/error.rs",
                more=(
                    "curl: (28) Failed to connect to registry.example.com port 443: Connection timed out",
                    "error sending request for url (https://registry.example.com/v2/): operation timed out",
                    "curl: (28) Operation timed out after 30000 milliseconds with 0 bytes received",
                ),
            ),
        ),
        weak=True,
    ),
    Rule(
        Cause.PULL_CANCELLED,
        "the pull was given up: no bytes for too long, or a restart; any other error in the chain outranks this one",
        (
            Phrase(
                r"context canceled",
                PULL + 'rpc error: code = Canceled desc = failed to pull and unpack image "registry.example.com/team/'
                'app:1.2.3": failed to copy: context canceled',
                "Go: golang/go src/context/context.go",
            ),
            Phrase(
                r"request canceled",
                "container start failed: ErrImagePull: net/http: request canceled",
                "Go: golang/go src/net/http/transport.go",
            ),
            Phrase(
                r"operation was canceled",
                DOCKER_GET + "dial tcp 10.20.0.99:443: operation was canceled",
                "Go: golang/go src/net/net.go",
            ),
            Phrase(
                r"download cancelled",
                PULL + "download cancelled during retry delay",
                "Docker before 23: moby/moby distribution/xfer/download.go",
            ),
            Phrase(
                r"[Cc]ancel pulling image",
                "cancel pulling image registry.example.com/team/app:1.2.3 because of no progress in 5m0s",
                "containerd's log: containerd/containerd internal/cri/server/images/image_pull.go; cri-dockerd's: "
                "Mirantis/cri-dockerd libdocker/kube_docker_client.go",
                more=(
                    (
                        'Cancel pulling image "registry.example.com/team/app:1.2.3" because it exceeded image pull '
                        'deadline 1m0s. Latest progress "703db7ffd75a: Downloading"'
                    ),
                ),
            ),
        ),
        weak=True,
    ),
    Rule(
        Cause.TAG_NOT_FOUND,
        "containerd resolves with HEAD, whose answer has no body: tag, repository and hidden repository look the same",
        (
            Phrase(
                r"failed to resolve (?:reference <q>|image): <ref>: not found",
                PULL + 'rpc error: code = NotFound desc = failed to pull and unpack image "registry.example.com/team/'
                'app:1.2.3": failed to resolve image: registry.example.com/team/app:1.2.3: not found',
                "containerd: containerd/containerd core/remotes/docker/resolver.go, client/pull.go",
                more=(
                    DOCKER + 'failed to resolve reference "registry.example.com/team/app:1.2.3": '
                    "registry.example.com/team/app:1.2.3: not found",
                ),
            ),
        ),
        details={"repositoryVerified": False},
    ),
    Rule(
        Cause.REPOSITORY_NOT_FOUND,
        "old Docker's words for a repository that the registry doesn't know",
        (
            Phrase(
                r"image <ref> not found",
                DOCKER + "Error: image library/app not found",
                "Docker before 1.10: moby/moby graph/pull_v1.go",
            ),
        ),
        alternatives=(Cause.TAG_NOT_FOUND,),
    ),
    Rule(
        Cause.TAG_NOT_FOUND,
        "nothing but gRPC's word for what is missing; earlier rules name blobs, platforms and media types",
        (
            Phrase(
                r"^not found$",
                PULL + "rpc error: code = NotFound desc = not found",
                "containerd: containerd/errdefs errors.go",
            ),
            Phrase(
                r"failed to resolve .{1,400}: not found$",
                "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref "
                "registry.example.com/team/app:1.2.3: not found",
                "Amazon ECS and Fargate: ActionIQ/terraform-aws-retool-ecs-fargate#20",
            ),
        ),
        alternatives=(Cause.REPOSITORY_NOT_FOUND,),
        details={"repositoryVerified": False},
        weak=True,
    ),
    Rule(
        Cause.TAG_NOT_FOUND,
        "a bare 404 for a manifest: the tag or the whole repository is missing",
        examples=(
            CONTAINERD_STATUS + "404 Not Found",
            CRIO_READ + "StatusCode: 404, <html>",
            DOCKER + "error parsing HTTP 404 response body: invalid character '<' looking for beginning of value: "
            '"<html>\\r\\n<head><title>404 Not Found</title></head>"',
            DOCKER + 'Error: Status 404 trying to pull repository team/app: "404 page not found"',
            CRANE + "unexpected status code 404 Not Found: Not Found",
        ),
        status=(404,),
        call=Call.REGISTRY,
        alternatives=(Cause.REPOSITORY_NOT_FOUND,),
        details={"repositoryVerified": False},
    ),
    Rule(
        Cause.NODE_STORAGE_FAULT,
        "storing or unpacking failed on the node, and the text says nothing more specific",
        (
            Phrase(
                r"failed to extract layer",
                CONTAINERD_EXTRACT + "something new: unknown",
                "containerd: containerd/containerd core/unpack/unpacker.go",
            ),
            Phrase(
                r"mount callback failed on ",
                "Error: failed to create containerd container: mount callback failed on /var/lib/containerd/tmpmounts/"
                "containerd-mount1: something new: unknown",
                "containerd: containerd/containerd core/mount/temp.go",
            ),
            Phrase(
                r"failed to unpack",
                CONTAINERD_PULL + "failed to unpack image on snapshotter overlayfs: apply layer error: something new: "
                "unknown",
                "containerd: containerd/containerd client/pull.go",
            ),
            Phrase(
                r"[Ff]ailed to register layer",
                PULL + "failed to register layer: something went wrong",
                "Docker: moby/moby daemon/internal/distribution/xfer/download.go",
                more=("Failed to register layer: something went wrong",),
            ),
            Phrase(
                r"ApplyLayer ",
                "Error pulling image (1.2.3) from registry.example.com/team/app, ApplyLayer exit status 1 stdout:  "
                "stderr: something went wrong",
                "Docker before 1.10: moby/moby graph/pull_v1.go, pkg/chrootarchive/diff_unix.go",
            ),
            Phrase(
                r"storing blob to file",
                PULL + 'writing blob: storing blob to file "/var/tmp/container_images_storage4208048397/4": something '
                "went wrong",
                "CRI-O, podman: containers/image storage/storage_dest.go",
            ),
            Phrase(
                r"adding layer with blob",
                CRIO_LAYER + "processing tar file(container ID 1000 cannot be mapped to a host ID): exit status 1",
                "CRI-O, podman: containers/image storage/storage_dest.go",
            ),
            Phrase(
                r"committing the finished image",
                PULL + "committing the finished image: saving big data: something went wrong",
                "CRI-O, podman: containers/image copy/copy.go",
            ),
        ),
    ),
    Rule(
        Cause.REGISTRY_UNAVAILABLE,
        "the kubelet's sentence of 1.25 to 1.27, which leaves the runtime's words out",
        (
            Phrase(
                r"because the registry is unavailable",
                "image pull failed for registry.example.com/team/app:1.2.3 because the registry is unavailable.",
                "kubelet 1.25 to 1.27: kubernetes/kubernetes pkg/kubelet/images/image_manager.go",
            ),
        ),
        alternatives=(Cause.CONNECTION_REFUSED,),
    ),
    Rule(
        Cause.CAUSE_NOT_REPORTED,
        "the kubelet's back-off, which names no cause before 1.32",
        (
            Phrase(
                r"Back-off pulling image",
                'Back-off pulling image "registry.example.com/team/app:1.2.3"',
                "kubelet: kubernetes/kubernetes pkg/kubelet/images/image_manager.go",
            ),
            Phrase(
                r"^(?:ErrImagePull|ImagePullBackOff)\W*$",
                "Error: ImagePullBackOff",
                "kubelet: kubernetes/kubernetes pkg/kubelet/images/types.go",
                more=("Error: ErrImagePull",),
            ),
            Phrase(
                r"waiting to start: (?:trying and failing to pull image|image can't be pulled)",
                _LOGS + "trying and failing to pull image",
                "kubelet, to `kubectl logs`: kubernetes/kubernetes pkg/kubelet/kubelet_pods.go",
                more=(_LOGS + "image can't be pulled",),
            ),
        ),
    ),
)

_DIAL = DOCKER_GET + "dial tcp 10.20.0.99:443: connectex: "
_LOOKUP = "System.Net.Http.HttpRequestException: "
_WRITE = PULL + "failed to register layer: re-exec error: exit status 1: output: write app.exe: "

TRANSLATIONS: tuple[Rule, ...] = (
    Rule(
        Cause.CONNECTION_REFUSED,
        "nothing listens there, as Windows says it in other languages",
        (
            Phrase(
                r"(?:Zielcomputer die Verbindung verweigerte"
                r"|目标计算机积极拒绝"
                r"|destino denegó expresamente"
                r"|cible l.a expressément refusée"
                r"|destino as recusou ativamente"
                r"|コンピューターによって拒否された)",
                _DIAL + "Es konnte keine Verbindung hergestellt werden, da der Zielcomputer die Verbindung "
                "verweigerte.",
                "Windows: learn.microsoft.com, Windows Sockets error 10061 (WSAECONNREFUSED)",
                more=(
                    _DIAL + "由于目标计算机积极拒绝,无法连接。",
                    _DIAL + "No se puede establecer una conexión ya que el equipo de destino denegó expresamente "
                    "dicha conexión.",
                    _DIAL + "Aucune connexion n'a pu être établie car l'ordinateur cible l'a expressément refusée.",
                    _DIAL + "Nenhuma conexão pôde ser feita porque a máquina de destino as recusou ativamente.",
                    _DIAL + "対象のコンピューターによって拒否されたため、接続できませんでした。",
                ),
            ),
        ),
    ),
    Rule(
        Cause.CONNECT_TIMEOUT,
        "nothing answers the connection attempt, as Windows says it in other languages",
        (
            Phrase(
                r"(?:Gegenstelle nach einer bestimmten Zeitspanne"
                r"|连接方在一段时间后没有正确答复"
                r"|parte conectada no respondió"
                r"|parti connecté n.a pas répondu"
                r"|componente conectado não respondeu)",
                _DIAL + "Ein Verbindungsversuch ist fehlgeschlagen, da die Gegenstelle nach einer bestimmten "
                "Zeitspanne nicht richtig reagiert hat.",
                "Windows: learn.microsoft.com, Windows Sockets error 10060 (WSAETIMEDOUT)",
                more=(
                    _DIAL + "由于连接方在一段时间后没有正确答复或连接的主机没有反应,连接尝试失败。",
                    _DIAL + "Se produjo un error durante el intento de conexión ya que la parte conectada no "
                    "respondió adecuadamente tras un periodo de tiempo.",
                    _DIAL + "Une tentative de connexion a échoué car le parti connecté n'a pas répondu "
                    "convenablement au-delà d'une certaine durée.",
                    _DIAL + "Uma tentativa de conexão falhou porque o componente conectado não respondeu "
                    "corretamente após um período de tempo.",
                ),
            ),
        ),
        details={"stage": "dial"},
    ),
    Rule(
        Cause.DNS_FAILURE,
        "the host name does not resolve, as Windows says it in other languages",
        (
            Phrase(
                r"(?:angegebene Host ist unbekannt"
                r"|不知道这样的主机"
                r"|Host desconocido"
                r"|Hôte inconnu"
                r"|host não é conhecido)",
                _LOOKUP + "Der angegebene Host ist unbekannt.",
                "Windows: learn.microsoft.com, Windows Sockets error 11001 (WSAHOST_NOT_FOUND)",
                more=(
                    _LOOKUP + "不知道这样的主机。",
                    _LOOKUP + "Host desconocido.",
                    _LOOKUP + "Hôte inconnu.",
                    _LOOKUP + "Este host não é conhecido.",
                ),
            ),
        ),
    ),
    Rule(
        Cause.NODE_DISK_FULL,
        "the disk is full, as Windows says it in other languages",
        (
            Phrase(
                r"(?:nicht genug Speicherplatz auf dem Datenträger"
                r"|磁盘空间不足"
                r"|Espacio en disco insuficiente"
                r"|Espace insuffisant sur le disque"
                r"|ディスクに十分な空き領域がありません)",
                _WRITE + "Es steht nicht genug Speicherplatz auf dem Datenträger zur Verfügung.",
                "Windows: learn.microsoft.com, system error 112 (ERROR_DISK_FULL)",
                more=(
                    _WRITE + "磁盘空间不足。",
                    _WRITE + "Espacio en disco insuficiente.",
                    _WRITE + "Espace insuffisant sur le disque.",
                    _WRITE + "ディスクに十分な空き領域がありません。",
                ),
            ),
        ),
    ),
)
