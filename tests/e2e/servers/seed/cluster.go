package main

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	podsOnNode  = 50
	fewestNodes = 40
	// Of one workload in so many that are healthy the owners are stored.
	ownersOf = 5
	// The node whose proxy is broken.
	brokenNode = 7
	// A kubelet reports up to 50 images.
	imagesOnNode = 35
)

// failing is a pull that has to be found.
type failing struct {
	Namespace string `json:"namespace"`
	Pod       string `json:"pod"`
	Container string `json:"container"`
	Cause     string `json:"cause"`
}

type cluster struct {
	store     *store
	now       time.Time
	size      int
	nodes     []*corev1.Node
	workloads int
	pods      int
	events    int
	failing   []failing
}

func newCluster(s *store, size int, now time.Time) *cluster {
	c := &cluster{store: s, now: now, size: size}
	for i := range max(size/podsOnNode, fewestNodes) {
		c.nodes = append(c.nodes, newNode(i, now))
	}
	return c
}

// fill stores the whole cluster, the pods of the scenarios first, and gives the pulls that fail in it.
func (c *cluster) fill(scenarios []scenario) ([]failing, error) {
	for _, node := range c.nodes {
		if err := c.store.put("minions", node); err != nil {
			return nil, err
		}
	}
	for i := range namespaces {
		if err := c.putNamespace(i); err != nil {
			return nil, err
		}
	}
	for _, scenario := range scenarios {
		if err := c.play(scenario); err != nil {
			return nil, err
		}
	}
	if c.pods > c.size {
		return nil, fmt.Errorf("a cluster has at least %d pods", c.pods)
	}
	return c.failing, c.putHealthy()
}

// play stores the workloads and pods of a scenario.
func (c *cluster) play(s scenario) error {
	for left := s.pods; left > 0; left -= s.each {
		w, count := c.newWorkload(s.kind), min(s.each, left)
		play := c.playWell
		if s.fault != nil {
			play = c.playBroken
		}
		if err := play(s, w, count); err != nil {
			return err
		}
	}
	return nil
}

// playWell stores a workload whose images can be pulled.
func (c *cluster) playWell(s scenario, w *workload, count int) error {
	if err := w.write(c.store, int32(count)); err != nil {
		return err
	}
	for i := range count {
		p := newPod(w, i, c.nodeOf(w, i), c.now)
		s.shape(p, nil, "", "")
		if err := c.put(p); err != nil {
			return err
		}
	}
	return nil
}

// playBroken stores a workload with an image that can't be pulled. Where that is a rollout that is stuck, pods of the
// revision before still run; where one node is at fault, pods of the same revision run on others.
func (c *cluster) playBroken(s scenario, w *workload, count int) error {
	others := w
	if s.kind == "Deployment" && !s.fault.onlyOneNode {
		others = w.previous()
		if err := others.writeReplicaSet(c.store, 2); err != nil {
			return err
		}
	}
	image := s.fault.image(w)
	text := s.fault.text(image)
	w.breakAt(s.place, s.fault, image)
	if err := w.write(c.store, int32(count)); err != nil {
		return err
	}
	for i := range count {
		node := c.nodeOf(w, i)
		if s.fault.onlyOneNode {
			node = c.nodes[brokenNode]
		}
		p := newPod(w, i, node, c.now)
		s.shape(p, p.at(s.place), image, text)
		// nobody has to repair a pod that is on its way out
		if p.DeletionTimestamp == nil {
			c.failing = append(c.failing, failing{p.Namespace, p.Name, p.at(s.place).Name, s.fault.cause})
		}
		if err := c.put(p); err != nil {
			return err
		}
	}
	if s.kind != "Deployment" {
		return nil
	}
	for i := range 2 {
		if err := c.put(newPod(others, i, c.nodeOf(others, i), c.now)); err != nil {
			return err
		}
	}
	return nil
}

// putHealthy stores healthy pods until there are enough; the first of them are young enough to have events.
func (c *cluster) putHealthy() error {
	for c.pods < c.size {
		kind, count := "Deployment", 0
		switch c.workloads % 10 {
		case 8:
			kind, count = "StatefulSet", 3
		case 9:
			kind, count = "DaemonSet", min(len(c.nodes), 60)
		}
		w := c.newWorkload(kind)
		if count == 0 {
			count = 2 + w.random.IntN(9)
		}
		count = min(count, c.size-c.pods)
		if c.workloads%ownersOf == 0 {
			if err := w.write(c.store, int32(count)); err != nil {
				return err
			}
		}
		for i := range count {
			p := newPod(w, i, c.nodeOf(w, i), c.now)
			if c.events < c.size*4/5 {
				minutes := p.age()
				p.young(minutes)
				p.starts(minutes)
			}
			if err := c.put(p); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *cluster) newWorkload(kind string) *workload {
	c.workloads++
	return newWorkload(c.workloads-1, kind, c.now)
}

// nodeOf spreads pods over the nodes, a DaemonSet's one on each; healthy pods keep off the broken node.
func (c *cluster) nodeOf(w *workload, index int) *corev1.Node {
	number := index
	if w.kind != "DaemonSet" {
		number = c.pods * 13 % len(c.nodes)
	}
	if number == brokenNode {
		number = len(c.nodes) - 1
	}
	return c.nodes[number]
}

// put stores a pod and its events.
func (c *cluster) put(p *pod) error {
	for _, event := range p.events {
		if err := c.store.put("events", event); err != nil {
			return err
		}
	}
	c.events += len(p.events)
	if p.gone {
		return nil
	}
	p.settle()
	c.pods++
	return c.store.put("pods", &p.Pod)
}

// putNamespace stores a namespace with what every pod in it needs, and a pull secret for another registry.
func (c *cluster) putNamespace(number int) error {
	name, random := namespaceName(number), rand.New(rand.NewPCG(2, uint64(number)))
	born := metav1.NewTime(c.now.Add(-400 * 24 * time.Hour))
	namespace := &corev1.Namespace{
		ObjectMeta: metav1.ObjectMeta{
			Name: name, UID: uid(random), CreationTimestamp: born,
			Labels: map[string]string{corev1.LabelMetadataName: name},
		},
		Spec:   corev1.NamespaceSpec{Finalizers: []corev1.FinalizerName{corev1.FinalizerKubernetes}},
		Status: corev1.NamespaceStatus{Phase: corev1.NamespaceActive},
	}
	if err := c.store.put("namespaces", namespace); err != nil {
		return err
	}
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{
		Namespace: name, Name: "default", UID: uid(random), CreationTimestamp: born,
	}}
	if err := c.store.put("serviceaccounts", account); err != nil {
		return err
	}
	login := base64.StdEncoding.EncodeToString([]byte("deploy:example"))
	return c.store.put("secrets", &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: name, Name: secretOther.secret, UID: uid(random), CreationTimestamp: born},
		Type:       corev1.SecretTypeDockerConfigJson,
		Data: map[string][]byte{
			corev1.DockerConfigJsonKey: fmt.Appendf(nil, `{"auths": {"gitlab.corp.example": {"auth": %q}}}`, login),
		},
	})
}

func newNode(number int, now time.Time) *corev1.Node {
	random := rand.New(rand.NewPCG(3, uint64(number)))
	name := fmt.Sprintf("worker-%04d", number)
	born, beat := metav1.NewTime(now.Add(-90*24*time.Hour)), metav1.NewTime(now.Add(-time.Minute))
	node := &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{
			Name: name, UID: uid(random), CreationTimestamp: born,
			Labels: map[string]string{
				corev1.LabelHostname: name, corev1.LabelOSStable: "linux", corev1.LabelArchStable: "amd64",
				corev1.LabelTopologyRegion: "eu-central-1", corev1.LabelTopologyZone: "eu-central-1" + string("abc"[number%3]),
				corev1.LabelInstanceTypeStable: "m7i.4xlarge", "node-role.kubernetes.io/worker": "",
			},
			Annotations: map[string]string{"volumes.kubernetes.io/controller-managed-attach-detach": "true"},
		},
		Spec: corev1.NodeSpec{PodCIDR: fmt.Sprintf("10.%d.%d.0/24", 100+number/250, number%250), ProviderID: "corp:///" + name},
	}
	status := &node.Status
	status.Addresses = []corev1.NodeAddress{
		{Type: corev1.NodeInternalIP, Address: fmt.Sprintf("10.20.%d.%d", 1+number/250, 1+number%250)},
		{Type: corev1.NodeHostName, Address: name},
	}
	status.Capacity = corev1.ResourceList{
		corev1.ResourceCPU: resource.MustParse("16"), corev1.ResourceMemory: resource.MustParse("64Gi"),
		corev1.ResourcePods: resource.MustParse("110"), corev1.ResourceEphemeralStorage: resource.MustParse("200Gi"),
	}
	status.Allocatable = status.Capacity
	for _, condition := range []corev1.NodeCondition{
		{Type: corev1.NodeMemoryPressure, Status: corev1.ConditionFalse, Reason: "KubeletHasSufficientMemory"},
		{Type: corev1.NodeDiskPressure, Status: corev1.ConditionFalse, Reason: "KubeletHasNoDiskPressure"},
		{Type: corev1.NodePIDPressure, Status: corev1.ConditionFalse, Reason: "KubeletHasSufficientPID"},
		{Type: corev1.NodeReady, Status: corev1.ConditionTrue, Reason: "KubeletReady"},
	} {
		condition.Message = "kubelet says " + condition.Reason
		condition.LastHeartbeatTime, condition.LastTransitionTime = beat, born
		status.Conditions = append(status.Conditions, condition)
	}
	status.NodeInfo = corev1.NodeSystemInfo{
		MachineID: hex(random, 32), SystemUUID: string(uid(random)), BootID: string(uid(random)),
		KernelVersion: "6.8.0-45-generic", OSImage: "Ubuntu 24.04.1 LTS", ContainerRuntimeVersion: "containerd://2.1.4",
		KubeletVersion: "v1.37.2", OperatingSystem: "linux", Architecture: "amd64",
	}
	for range imagesOnNode {
		repository := fmt.Sprintf("%s/%s/%s-%s", registry, anyOf(random, teams), anyOf(random, words), anyOf(random, roles))
		status.Images = append(status.Images, corev1.ContainerImage{
			Names: []string{
				repository + "@sha256:" + hex(random, 64),
				fmt.Sprintf("%s:v%d.%d.%d", repository, 1+random.IntN(5), random.IntN(30), random.IntN(10)),
			},
			SizeBytes: int64(random.IntN(900_000_000)),
		})
	}
	return node
}

func anyOf(random *rand.Rand, of []string) string {
	return of[random.IntN(len(of))]
}
