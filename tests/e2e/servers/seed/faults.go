package main

import "fmt"

// fault is why an image can't be pulled: the cause's name in the report, and what containerd says.
type fault struct {
	cause string
	// The repository's host; the tag is a missing one where that is the fault.
	host string
	tag  string
	// A pull secret that the pod names, and whether it exists (with credentials for another registry).
	secret       string
	secretExists bool
	// The image itself is good: the same revision runs on other nodes.
	onlyOneNode bool
	said        func(image, url string) string
}

var (
	missingTag = fault{cause: "TagNotFound", host: registry, tag: "v9.0.0", said: func(image, _ string) string {
		return fmt.Sprintf("rpc error: code = NotFound desc = failed to pull and unpack image %q: failed to resolve image: %s: not found", image, image)
	}}
	noSuchHost = fault{cause: "DnsFailure", host: "registry.corp.exmaple", tag: "v4.11.0", said: func(image, url string) string {
		return unresolved(image) + fmt.Sprintf("failed to do request: Head %q: dial tcp: lookup registry.corp.exmaple on 10.20.0.2:53: no such host", url)
	}}
	secretMissing = fault{cause: "PullSecretMissing", host: private, tag: "v3.2.1", secret: "regcred-prod", said: refused}
	secretOther   = fault{cause: "NoCredentials", host: private, tag: "v3.2.1", secret: "gitlab-deploy", secretExists: true, said: refused}
	unknownCA     = fault{cause: "TlsUnknownAuthority", host: "untrusted.corp.example", tag: "v1.12.0", said: func(image, url string) string {
		return unresolved(image) + fmt.Sprintf("failed to do request: Head %q: tls: failed to verify certificate: x509: certificate signed by unknown authority", url)
	}}
	brokenProxy = fault{cause: "ProxyFailure", host: registry, tag: "v2.0.1", onlyOneNode: true, said: func(image, url string) string {
		return unresolved(image) + fmt.Sprintf("failed to do request: Head %q: proxyconnect tcp: dial tcp 10.20.0.50:3128: connect: connection refused", url)
	}}
)

const private = "private.corp.example"

func unresolved(image string) string {
	return fmt.Sprintf("failed to pull and unpack image %q: failed to resolve image: ", image)
}

func refused(image, _ string) string {
	return unresolved(image) + "pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials"
}

// image is what the container of this workload can't pull.
func (f fault) image(w *workload) string {
	return fmt.Sprintf("%s/%s/%s:%s", f.host, w.namespace, w.name, f.tag)
}

// text is containerd's error for this workload.
func (f fault) text(w *workload) string {
	return f.said(f.image(w), fmt.Sprintf("https://%s/v2/%s/%s/manifests/%s", f.host, w.namespace, w.name, f.tag))
}
