package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
)

const (
	registry   = "registry.corp.example"
	namespaces = 100
	// Workloads with the same name, each in another namespace, come after this many.
	names = 400
)

var (
	words = strings.Fields(`accounts address audit auth basket billing booking cart catalog checkout claims consent
		coupons customer delivery discount export feed fraud gateway geo import inventory invoice ledger loyalty
		mailer media notify orders partner payment pricing profile quote rating refund report search stock`)
	roles    = strings.Fields("api worker web consumer scheduler cache proxy sync indexer stream")
	teams    = strings.Fields("shop pay logistics data edge growth risk core media ops")
	sidecars = strings.Fields("log-shipper envoy vault-agent metrics-relay")
	// With so many environment variables in each container a pod has some 18 KB of JSON.
	settings = strings.Fields(`LOG_LEVEL LOG_FORMAT HTTP_PORT METRICS_PORT DATABASE_HOST DATABASE_NAME DATABASE_POOL_SIZE
		CACHE_URL CACHE_TTL_SECONDS QUEUE_URL QUEUE_PREFETCH FEATURE_FLAGS_URL TRACING_ENDPOINT TRACING_SAMPLE_RATE
		GOMEMLIMIT JAVA_TOOL_OPTIONS REQUEST_TIMEOUT_MS RETRY_LIMIT REGION ENVIRONMENT`)
)

// The alphabet of names that Kubernetes generates (k8s.io/apimachinery/pkg/util/rand).
const alphabet = "bcdfghjklmnpqrstvwxz2456789"

// workload is an owner of pods and what they are made of.
type workload struct {
	random    *rand.Rand
	kind      string
	namespace string
	name      string
	// The uid of the Deployment, whose ReplicaSet is the pods' owner.
	deployment types.UID
	owner      metav1.OwnerReference
	labels     map[string]string
	spec       corev1.PodSpec
	// The controller's part of managedFields, the same for all pods.
	fields string
	born   time.Time
}

// newWorkload makes the workload with this number, without writing it.
func newWorkload(number int, kind string, now time.Time) *workload {
	random := rand.New(rand.NewPCG(1, uint64(number)))
	unique := number % names
	w := &workload{
		random:    random,
		kind:      kind,
		namespace: namespaceName((unique/4 + number/names) % namespaces),
		name:      words[unique%len(words)] + "-" + roles[unique/len(words)],
		born:      now.Add(-time.Duration(2+random.IntN(60)) * 24 * time.Hour),
	}
	w.deployment = uid(random)
	w.spec = podSpec(w)
	w.revise()
	return w
}

func namespaceName(number int) string {
	return fmt.Sprintf("%s-%02d", teams[number%len(teams)], number/len(teams))
}

// revise gives the workload another revision, whose pods have another owner where that is a ReplicaSet.
func (w *workload) revise() {
	hash := letters(w.random, 10)
	w.labels = map[string]string{
		"app.kubernetes.io/name":       w.name,
		"app.kubernetes.io/instance":   w.name + "-" + w.namespace,
		"app.kubernetes.io/version":    fmt.Sprintf("1.%d.%d", w.random.IntN(40), w.random.IntN(10)),
		"app.kubernetes.io/part-of":    strings.Split(w.namespace, "-")[0],
		"app.kubernetes.io/managed-by": "Helm",
	}
	w.owner = metav1.OwnerReference{
		APIVersion:         "apps/v1",
		Kind:               w.kind,
		Name:               w.name,
		UID:                uid(w.random),
		Controller:         new(true),
		BlockOwnerDeletion: new(true),
	}
	switch w.kind {
	case "Deployment":
		w.owner.Kind, w.owner.Name = "ReplicaSet", w.name+"-"+hash
		w.labels["pod-template-hash"] = hash
	case "Job":
		w.owner.APIVersion = "batch/v1"
		w.labels["batch.kubernetes.io/job-name"] = w.name
	default:
		w.labels["controller-revision-hash"] = hash
	}
	w.remember()
}

// remember brings the controller's managedFields in line with the template.
func (w *workload) remember() {
	w.fields = fieldsOf(map[string]any{
		"metadata": map[string]any{
			"generateName": "", "labels": w.labels, "ownerReferences": []metav1.OwnerReference{w.owner},
		},
		"spec": w.spec,
	})
}

// previous is the same workload at an earlier revision, with images that could be pulled.
func (w *workload) previous() *workload {
	old := *w
	old.spec = podSpec(w)
	old.revise()
	return &old
}

// breakAt puts an image that can't be pulled into the template, with the pull secret that is named for it.
func (w *workload) breakAt(at place, f *fault, image string) {
	switch at {
	case inInit:
		migrate := container(w, "migrate", image, 8081)
		migrate.LivenessProbe, migrate.ReadinessProbe = nil, nil
		w.spec.InitContainers = []corev1.Container{migrate}
	case inEphemeral:
		// it stands in the pod alone
	default:
		w.spec.Containers[at].Image = image
	}
	if f.secret != "" {
		w.spec.ImagePullSecrets = []corev1.LocalObjectReference{{Name: f.secret}}
	}
	w.remember()
}

func podSpec(w *workload) corev1.PodSpec {
	team := strings.Split(w.namespace, "-")[0]
	sidecar := anyOf(w.random, sidecars)
	tag := fmt.Sprintf("v%d.%d.%d", 1+w.random.IntN(5), w.random.IntN(30), w.random.IntN(10))
	tolerate := func(key string) corev1.Toleration {
		return corev1.Toleration{
			Key: key, Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute, TolerationSeconds: new(int64(300)),
		}
	}
	restart := corev1.RestartPolicyAlways
	if w.kind == "Job" {
		restart = corev1.RestartPolicyNever
	}
	return corev1.PodSpec{
		Containers: []corev1.Container{
			container(w, w.name, fmt.Sprintf("%s/%s/%s:%s", registry, team, w.name, tag), 8080),
			container(w, sidecar, fmt.Sprintf("%s/platform/%s:v1.12.%d", registry, sidecar, w.random.IntN(3)), 9090),
		},
		Volumes: []corev1.Volume{
			{Name: "config", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{
				LocalObjectReference: corev1.LocalObjectReference{Name: w.name + "-config"}, DefaultMode: new(int32(420)),
			}}},
			{Name: "tls", VolumeSource: corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{
				SecretName: w.name + "-tls", DefaultMode: new(int32(420)),
			}}},
			{Name: "scratch", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}},
			{Name: tokenVolume, VolumeSource: corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{
				DefaultMode: new(int32(420)),
				Sources: []corev1.VolumeProjection{
					{ServiceAccountToken: &corev1.ServiceAccountTokenProjection{ExpirationSeconds: new(int64(3607)), Path: "token"}},
					{ConfigMap: &corev1.ConfigMapProjection{
						LocalObjectReference: corev1.LocalObjectReference{Name: "kube-root-ca.crt"},
						Items:                []corev1.KeyToPath{{Key: "ca.crt", Path: "ca.crt"}},
					}},
					{DownwardAPI: &corev1.DownwardAPIProjection{Items: []corev1.DownwardAPIVolumeFile{{
						Path: "namespace", FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: "metadata.namespace"},
					}}}},
				},
			}}},
		},
		RestartPolicy:                 restart,
		TerminationGracePeriodSeconds: new(int64(30)),
		DNSPolicy:                     corev1.DNSClusterFirst,
		NodeSelector:                  map[string]string{"kubernetes.io/os": "linux"},
		ServiceAccountName:            "default",
		DeprecatedServiceAccount:      "default",
		SecurityContext: &corev1.PodSecurityContext{
			RunAsNonRoot: new(true), FSGroup: new(int64(2000)),
			SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
		},
		SchedulerName:      corev1.DefaultSchedulerName,
		Tolerations:        []corev1.Toleration{tolerate(corev1.TaintNodeNotReady), tolerate(corev1.TaintNodeUnreachable)},
		Priority:           new(int32(0)),
		EnableServiceLinks: new(true),
		PreemptionPolicy:   new(corev1.PreemptLowerPriority),
	}
}

const tokenVolume = "kube-api-access-x7k2d"

func container(w *workload, name, image string, port int32) corev1.Container {
	env := make([]corev1.EnvVar, 0, len(settings))
	for i, setting := range settings {
		variable := corev1.EnvVar{Name: setting}
		switch {
		case i == 0:
			variable.Name = "POD_NAME"
			variable.ValueFrom = &corev1.EnvVarSource{
				FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: "metadata.name"},
			}
		case i%9 == 4:
			variable.ValueFrom = &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{
				LocalObjectReference: corev1.LocalObjectReference{Name: w.name + "-settings"},
				Key:                  strings.ToLower(variable.Name),
			}}
		default:
			variable.Value = fmt.Sprintf("%s.%s.svc:%d", strings.ToLower(letters(w.random, 6)), w.namespace, w.random.IntN(9000))
		}
		env = append(env, variable)
	}
	quantities := func(cpu, memory string) corev1.ResourceList {
		return corev1.ResourceList{
			corev1.ResourceCPU: resource.MustParse(cpu), corev1.ResourceMemory: resource.MustParse(memory),
		}
	}
	probe := func(path string, period int32) *corev1.Probe {
		return &corev1.Probe{
			ProbeHandler: corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{
				Path: path, Port: intstr.FromInt32(port), Scheme: corev1.URISchemeHTTP,
			}},
			InitialDelaySeconds: 5, TimeoutSeconds: 2, PeriodSeconds: period, SuccessThreshold: 1, FailureThreshold: 3,
		}
	}
	return corev1.Container{
		Name:  name,
		Image: image,
		Args:  []string{"--config=/etc/" + name + "/config.yaml", "--listen=:" + fmt.Sprint(port)},
		Ports: []corev1.ContainerPort{{Name: "http", ContainerPort: port, Protocol: corev1.ProtocolTCP}},
		Env:   env,
		Resources: corev1.ResourceRequirements{
			Requests: quantities("100m", "256Mi"), Limits: quantities("1", "512Mi"),
		},
		VolumeMounts: []corev1.VolumeMount{
			{Name: "config", MountPath: "/etc/" + name, ReadOnly: true},
			{Name: "tls", MountPath: "/etc/tls", ReadOnly: true},
			{Name: "scratch", MountPath: "/tmp"},
			{Name: tokenVolume, MountPath: "/var/run/secrets/kubernetes.io/serviceaccount", ReadOnly: true},
		},
		LivenessProbe:            probe("/livez", 20),
		ReadinessProbe:           probe("/readyz", 10),
		TerminationMessagePath:   corev1.TerminationMessagePathDefault,
		TerminationMessagePolicy: corev1.TerminationMessageReadFile,
		ImagePullPolicy:          corev1.PullIfNotPresent,
		SecurityContext: &corev1.SecurityContext{
			AllowPrivilegeEscalation: new(false), ReadOnlyRootFilesystem: new(true),
			Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
		},
	}
}

// write stores the owners as the cluster has them; a Job's are left out, for nobody asks for them.
func (w *workload) write(s *store, replicas int32) error {
	meta := metav1.ObjectMeta{
		Namespace: w.namespace, Name: w.owner.Name, UID: w.owner.UID, Generation: 1,
		Labels: w.labels, CreationTimestamp: metav1.NewTime(w.born),
	}
	selector := &metav1.LabelSelector{MatchLabels: map[string]string{"app.kubernetes.io/name": w.name}}
	template := corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: w.labels}, Spec: w.spec}
	switch w.kind {
	case "StatefulSet":
		return s.put("statefulsets", &appsv1.StatefulSet{ObjectMeta: meta, Spec: appsv1.StatefulSetSpec{
			Replicas: &replicas, Selector: selector, Template: template, ServiceName: w.name,
		}})
	case "DaemonSet":
		return s.put("daemonsets", &appsv1.DaemonSet{ObjectMeta: meta, Spec: appsv1.DaemonSetSpec{
			Selector: selector, Template: template,
		}})
	case "Deployment":
		top := meta
		top.Name, top.UID = w.name, w.deployment
		if err := s.put("deployments", &appsv1.Deployment{ObjectMeta: top, Spec: appsv1.DeploymentSpec{
			Replicas: &replicas, Selector: selector, Template: template,
		}}); err != nil {
			return err
		}
		return w.writeReplicaSet(s, replicas)
	}
	return nil
}

// writeReplicaSet stores a revision of a Deployment.
func (w *workload) writeReplicaSet(s *store, replicas int32) error {
	return s.put("replicasets", &appsv1.ReplicaSet{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: w.namespace, Name: w.owner.Name, UID: w.owner.UID, Generation: 1,
			Labels: w.labels, CreationTimestamp: metav1.NewTime(w.born),
			OwnerReferences: []metav1.OwnerReference{{
				APIVersion: "apps/v1", Kind: "Deployment", Name: w.name, UID: w.deployment,
				Controller: new(true), BlockOwnerDeletion: new(true),
			}},
		},
		Spec: appsv1.ReplicaSetSpec{
			Replicas: &replicas,
			Selector: &metav1.LabelSelector{MatchLabels: w.labels},
			Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: w.labels}, Spec: w.spec},
		},
	})
}

func letters(random *rand.Rand, count int) string {
	text := make([]byte, count)
	for i := range text {
		text[i] = alphabet[random.IntN(len(alphabet))]
	}
	return string(text)
}

// hex gives a number of hexadecimal digits, a multiple of 16.
func hex(random *rand.Rand, digits int) string {
	var text strings.Builder
	for text.Len() < digits {
		fmt.Fprintf(&text, "%016x", random.Uint64())
	}
	return text.String()
}

func uid(random *rand.Rand) types.UID {
	text := hex(random, 32)
	return types.UID(fmt.Sprintf("%s-%s-4%s-a%s-%s", text[:8], text[8:12], text[13:16], text[17:20], text[20:]))
}
