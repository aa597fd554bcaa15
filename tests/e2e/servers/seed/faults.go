package main

import (
	"fmt"
	"strings"
)

// fault is why an image can't be pulled: the cause's name in the report, and what containerd says.
type fault struct {
	cause string
	host  string
	tag   string
	// A pull secret that the pods name.
	secret string
	// The image itself is good: the same revision runs on other nodes.
	onlyOneNode bool
	// With IMAGE and URL where those of the workload are said.
	says string
}

const (
	private    = "private.corp.example"
	unresolved = `failed to pull and unpack image "IMAGE": failed to resolve image: `
	unasked    = unresolved + `failed to do request: Head "URL": `
	refused    = unresolved + "pull access denied, repository does not exist or may require authorization: " +
		"authorization failed: no basic auth credentials"
)

var (
	missingTag = fault{
		cause: "TagNotFound", host: registry, tag: "v9.0.0",
		says: "rpc error: code = NotFound desc = " + unresolved + "IMAGE: not found",
	}
	noSuchHost = fault{
		cause: "DnsFailure", host: "registry.corp.exmaple", tag: "v4.11.0",
		says: unasked + "dial tcp: lookup registry.corp.exmaple on 10.20.0.2:53: no such host",
	}
	nameServerSilent = fault{
		says: unasked + "dial tcp: lookup registry.corp.example on 10.20.0.2:53: i/o timeout",
	}
	secretMissing = fault{
		cause: "PullSecretMissing", host: private, tag: "v3.2.1", secret: "regcred-prod", says: refused,
	}
	// Every namespace has this secret, with credentials for another registry.
	secretOther = fault{
		cause: "NoCredentials", host: private, tag: "v3.2.1", secret: "gitlab-deploy", says: refused,
	}
	unknownCA = fault{
		cause: "TlsUnknownAuthority", host: "untrusted.corp.example", tag: "v1.12.0",
		says: unasked + "tls: failed to verify certificate: x509: certificate signed by unknown authority",
	}
	brokenProxy = fault{
		cause: "ProxyFailure", host: registry, tag: "v2.0.1", onlyOneNode: true,
		says: unasked + "proxyconnect tcp: dial tcp 10.20.0.50:3128: connect: connection refused",
	}
)

// image is what the container of this workload can't pull.
func (f fault) image(w *workload) string {
	return fmt.Sprintf("%s/%s/%s:%s", f.host, w.namespace, w.name, f.tag)
}

// text is containerd's error for an image.
func (f fault) text(image string) string {
	host, path, _ := strings.Cut(image, "/")
	path, tag, _ := strings.Cut(path, ":")
	url := fmt.Sprintf("https://%s/v2/%s/manifests/%s", host, path, tag)
	return strings.NewReplacer("IMAGE", image, "URL", url).Replace(f.says)
}
