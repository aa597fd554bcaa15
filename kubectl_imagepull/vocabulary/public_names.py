"""Names that software and registries use in the same way everywhere, and that tell nothing of a site."""

from __future__ import annotations

import re

from kubectl_imagepull.vocabulary.vendors import Vendor

#: Hosts that everybody knows, beside the vendors' own.
PUBLIC_HOSTS = frozenset(
    {
        *(
            "localhost",
            "github.com",
            "kubernetes.io",
            "containerd.io",
            "docker.com",
            "www.docker.com",
            "hub.docker.com",
        ),
        *("docs.docker.com", "production.cloudflare.docker.com", "storage.googleapis.com", "sts.amazonaws.com"),
        *("login.microsoftonline.com", "gcr.io", "k8s.io", "podman.io", "cri-o.io", "aka.ms", "goharbor.io"),
        *("registry.fedoraproject.org", "registry.centos.org", "registry.suse.com", "registry.opensuse.org"),
    }
)
#: Software that a host's name tells of: the stand-in tells of it too.
SOFTWARE_LABELS = {
    Vendor.GITLAB: "gitlab",
    Vendor.QUAY: "quay",
    Vendor.HARBOR: "harbor",
    Vendor.ARTIFACTORY: "artifactory",
    Vendor.NEXUS: "nexus",
}
#: What paths hold that are the same everywhere: registries' and Docker's API, clouds' resources.
PATH_WORDS = frozenset(
    {
        *("v1", "v2", "v1.24", "manifests", "blobs", "tags", "list", "referrers", "uploads", "token", "auth", "oauth2"),
        *("_catalog", "latest", "library", "artifacts-uploads", "namespaces", "repositories", "projects", "locations"),
        *(
            "service",
            "images",
            "create",
            "json",
            "jwt",
            "login",
            "api",
            "docker",
            "artifactory",
            "dockerv2",
            "registry",
        ),
        *("sha256", "data", "location", "increase-rate-limit", "overwrite", "info", "ping"),
    }
)
#: Directories of a node's own.
SYSTEM_DIRECTORY = re.compile(r"/(?:var|run|etc|usr|opt|proc|sys|dev|tmp|bin|sbin|lib|lib64|mnt|boot|snap|k3s)(?:/|\Z)")
SYSTEM_NAMES = frozenset(
    {
        *("agent", "aufs", "auth.json", "bin", "blobs", "boot", "btrfs", "ca-certificates", "ca.crt", "certs"),
        *("certs.d", "cni", "config", "config.json", "config.toml", "containerd", "containerd.sock", "containers"),
        *("content", "credentialprovider", "cri-dockerd.sock", "crio", "crio.sock", "data", "dev", "devicemapper"),
        *("diff", "distribution", "docker", "docker.sock", "etc", "fd", "fs", "hosts", "hosts.toml", "image"),
        *("imagedb", "images", "ingest", "io.containerd.content.v1.content", "io.containerd.grpc.v1.cri"),
        *("io.containerd.metadata.v1.bolt", "io.containerd.runtime.v2.task", "io.containerd.snapshotter.v1.native"),
        *("io.containerd.snapshotter.v1.overlayfs", "k0s", "k3s", "kubelet", "kubernetes", "layerdb", "lib"),
        *("lib64", "local", "log", "manifests", "merged", "metadata", "mnt", "net.d", "null", "opt", "overlay"),
        *(
            "overlay2",
            "pki",
            "plugins",
            "pods",
            "policy.json",
            "proc",
            "rancher",
            "registries.conf",
            "registries.conf.d",
            "subuid",
            "subgid",
        ),
        *("registries.d", "resolv.conf", "rke2", "root", "rootfs", "run", "sbin", "self", "sha256", "share"),
        *("snap", "snapshots", "snapshotter", "ssl", "stdin", "stdout", "storage", "sys", "system", "systemd"),
        *("tmp", "tmpmounts", "usr", "var", "vfs", "volumes", "work", "zero", "zfs"),
    }
)
#: The last label of what looks like a host and is a file.
FILE_ENDINGS = frozenset(
    {
        *("bin", "c", "cer", "cfg", "conf", "crt", "d", "db", "dll", "exe", "go", "gz", "h", "html", "img", "iso"),
        *("java", "js", "json", "key", "lock", "log", "md", "pem", "py", "rs", "scope", "service", "sh", "slice"),
        *("so", "sock", "socket", "tar", "target", "tgz", "tmp", "toml", "ts", "txt", "v", "xz", "yaml", "yml"),
        *("zip", "zst"),
    }
)
#: The first label of a module's or class's name.
MODULE_BEGINNINGS = frozenset({"com", "org", "io", "net", "java", "javax", "sun", "dev", "kotlin", "scala"})
OPERATING_SYSTEMS = frozenset({"linux", "windows", "darwin", "freebsd"})
MEDIA_TYPES = frozenset({"application", "text", "image", "multipart"})
