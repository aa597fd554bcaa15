package main

import (
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// pod is a pod that takes shape: every container runs until something else is said about it.
type pod struct {
	corev1.Pod

	workload *workload
	now      time.Time
	// The status of the first and the second container.
	first, second *corev1.ContainerStatus
	events        []*corev1.Event
	// Deleted: only its events are still there.
	gone bool
}

// newPod makes a healthy pod; its index is what a StatefulSet's pod is called by.
func newPod(w *workload, index int, node *corev1.Node, now time.Time) *pod {
	name := w.owner.Name + "-" + letters(w.random, 5)
	if w.kind == "StatefulSet" {
		name = fmt.Sprintf("%s-%d", w.owner.Name, index)
	}
	p := &pod{workload: w, now: now}
	p.ObjectMeta = metav1.ObjectMeta{
		Name: name, GenerateName: w.owner.Name + "-", Namespace: w.namespace, UID: uid(w.random), Generation: 1,
		CreationTimestamp: metav1.NewTime(w.born.Add(time.Duration(w.random.IntN(24*3600)) * time.Second)),
		Labels:            w.labels,
		Annotations: map[string]string{
			"checksum/config":                   hex(w.random, 64),
			"prometheus.io/scrape":              "true",
			"prometheus.io/port":                "9090",
			"kubectl.kubernetes.io/restartedAt": w.born.Format(time.RFC3339),
		},
		OwnerReferences: []metav1.OwnerReference{w.owner},
	}
	p.Spec = w.spec
	p.Spec.NodeName = node.Name
	ip := fmt.Sprintf("10.%d.%d.%d", 100+w.random.IntN(100), w.random.IntN(256), 1+w.random.IntN(254))
	host := node.Status.Addresses[0].Address
	p.Status = corev1.PodStatus{
		ObservedGeneration: 1,
		HostIP:             host, HostIPs: []corev1.HostIP{{IP: host}},
		PodIP: ip, PodIPs: []corev1.PodIP{{IP: ip}},
		StartTime: &p.CreationTimestamp,
		QOSClass:  corev1.PodQOSBurstable,
	}
	for i := range p.Spec.InitContainers {
		status := p.status(&p.Spec.InitContainers[i])
		status.State = corev1.ContainerState{Terminated: p.ended(0, "Completed", p.CreationTimestamp.Time)}
		p.Status.InitContainerStatuses = append(p.Status.InitContainerStatuses, status)
	}
	for i := range p.Spec.Containers {
		status := p.status(&p.Spec.Containers[i])
		status.Started = new(true)
		status.State = corev1.ContainerState{Running: &corev1.ContainerStateRunning{
			StartedAt: metav1.NewTime(p.CreationTimestamp.Add(4 * time.Second)),
		}}
		p.Status.ContainerStatuses = append(p.Status.ContainerStatuses, status)
	}
	p.first, p.second = &p.Status.ContainerStatuses[0], &p.Status.ContainerStatuses[1]
	return p
}

// at gives the status of a container; nil for an ephemeral one that isn't there yet.
func (p *pod) at(place place) *corev1.ContainerStatus {
	switch {
	case place == first:
		return p.first
	case place == second:
		return p.second
	case place == inInit:
		return &p.Status.InitContainerStatuses[0]
	case len(p.Status.EphemeralContainerStatuses) > 0:
		return &p.Status.EphemeralContainerStatuses[0]
	}
	return nil
}

// status is that of a container that is ready.
func (p *pod) status(container *corev1.Container) corev1.ContainerStatus {
	mounts := make([]corev1.VolumeMountStatus, 0, len(container.VolumeMounts))
	for _, mount := range container.VolumeMounts {
		status := corev1.VolumeMountStatus{Name: mount.Name, MountPath: mount.MountPath, ReadOnly: mount.ReadOnly}
		if mount.ReadOnly {
			status.RecursiveReadOnly = new(corev1.RecursiveReadOnlyDisabled)
		}
		mounts = append(mounts, status)
	}
	return corev1.ContainerStatus{
		Name: container.Name, Image: container.Image, Ready: true,
		ImageID:            fmt.Sprintf("%s@sha256:%s", repository(container.Image), hex(p.workload.random, 64)),
		ContainerID:        "containerd://" + hex(p.workload.random, 64),
		AllocatedResources: container.Resources.Requests,
		Resources:          &container.Resources,
		VolumeMounts:       mounts,
		User: &corev1.ContainerUser{Linux: &corev1.LinuxContainerUser{
			UID: 1000, GID: 3000, SupplementalGroups: []int64{2000, 3000},
		}},
	}
}

// repository is an image reference without its tag.
func repository(image string) string {
	for i := len(image) - 1; i >= 0 && image[i] != '/'; i-- {
		if image[i] == ':' {
			return image[:i]
		}
	}
	return image
}

// ago is a point in time, in minutes before now.
func (p *pod) ago(minutes int) time.Time {
	return p.now.Add(-time.Duration(minutes) * time.Minute)
}

// ended is a run of some seconds that ended then.
func (p *pod) ended(code int32, reason string, at time.Time) *corev1.ContainerStateTerminated {
	return &corev1.ContainerStateTerminated{
		ExitCode: code, Reason: reason, FinishedAt: metav1.NewTime(at), StartedAt: metav1.NewTime(at.Add(-90 * time.Second)),
		ContainerID: "containerd://" + hex(p.workload.random, 64),
	}
}

// young makes the pod some minutes old.
func (p *pod) young(minutes int) {
	p.CreationTimestamp = metav1.NewTime(p.ago(minutes))
	for i := range p.Status.ContainerStatuses {
		if running := p.Status.ContainerStatuses[i].State.Running; running != nil {
			running.StartedAt = metav1.NewTime(p.CreationTimestamp.Add(4 * time.Second))
		}
	}
}

// waits makes a container wait that never ran.
func (p *pod) waits(status *corev1.ContainerStatus, reason, message string) {
	status.Ready, status.Started = false, new(false)
	status.ImageID, status.ContainerID, status.AllocatedResources, status.Resources, status.User = "", "", nil, nil, nil
	status.State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: message}}
}

// waitsAgain makes a container wait that ran until some minutes ago.
func (p *pod) waitsAgain(status *corev1.ContainerStatus, minutes int, reason, message string) {
	status.LastTerminationState.Terminated = p.ended(1, "Error", p.ago(minutes))
	status.Ready, status.Started = false, new(false)
	status.RestartCount = int32(1 + p.workload.random.IntN(200))
	status.State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: message}}
}

// crashes puts a container into a crash loop.
func (p *pod) crashes(status *corev1.ContainerStatus) {
	p.waitsAgain(status, 3, "CrashLoopBackOff", fmt.Sprintf(
		"back-off 5m0s restarting failed container=%s pod=%s_%s(%s)", status.Name, p.Name, p.Namespace, p.UID))
}

// terminates marks the pod as deleted; its node is about to end it.
func (p *pod) terminates() {
	p.DeletionTimestamp = new(metav1.NewTime(p.ago(1)))
	p.DeletionGracePeriodSeconds = new(int64(30))
}

// happened records an event about the pod or one of its containers (`field` is the path in its spec), which came
// `count` times between so many minutes ago and so many.
func (p *pod) happened(from, until, count int, kind, reason, field, format string, arguments ...any) {
	first, last := p.ago(from), p.ago(until)
	source := corev1.EventSource{Component: "kubelet", Host: p.Spec.NodeName}
	if p.Spec.NodeName == "" || reason == "Scheduled" {
		source = corev1.EventSource{Component: corev1.DefaultSchedulerName}
	}
	p.events = append(p.events, &corev1.Event{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: p.Namespace, Name: p.Name + "." + hex(p.workload.random, 16), UID: uid(p.workload.random),
			CreationTimestamp: metav1.NewTime(first),
			ManagedFields:     []metav1.ManagedFieldsEntry{managed(source.Component, "", eventFields, metav1.NewTime(last))},
		},
		InvolvedObject: corev1.ObjectReference{
			Kind: "Pod", APIVersion: "v1", Namespace: p.Namespace, Name: p.Name, UID: p.UID, FieldPath: field,
			ResourceVersion: fmt.Sprint(26_000 + p.workload.random.IntN(10_000)),
		},
		Type: kind, Reason: reason, Message: fmt.Sprintf(format, arguments...), Count: int32(count), Source: source,
		FirstTimestamp: metav1.NewTime(first), LastTimestamp: metav1.NewTime(last),
		ReportingController: source.Component, ReportingInstance: source.Host,
	})
}

// pullFails records what the kubelet writes about a pull that fails again and again.
func (p *pod) pullFails(from int, field, image, text string) {
	tries := 2 + from/5
	p.happened(from, 1, tries, corev1.EventTypeNormal, "Pulling", field, "Pulling image %q", image)
	p.happened(from, 1, tries, corev1.EventTypeWarning, "Failed", field, "Failed to pull image %q: %s", image, text)
	p.happened(from, 1, tries, corev1.EventTypeWarning, "Failed", field, "Error: ErrImagePull")
	p.happened(from, 0, 4*tries, corev1.EventTypeNormal, "BackOff", field, "Back-off pulling image %q", image)
	p.happened(from, 0, 3*tries, corev1.EventTypeWarning, "Failed", field, "Error: ImagePullBackOff")
}

// isScheduled records that the pod got its node some minutes ago.
func (p *pod) isScheduled(minutes int) {
	p.happened(minutes, minutes, 1, corev1.EventTypeNormal, "Scheduled", "",
		"Successfully assigned %s/%s to %s", p.Namespace, p.Name, p.Spec.NodeName)
}

// starts records how a pod came to run some minutes ago.
func (p *pod) starts(minutes int) {
	p.isScheduled(minutes)
	for i, container := range p.Spec.Containers {
		field := fieldOf(&p.Status.ContainerStatuses[i])
		p.happened(minutes, minutes, 1, corev1.EventTypeNormal, "Pulled", field,
			"Container image %q already present on machine and can be accessed by the pod", container.Image)
		p.happened(minutes, minutes, 1, corev1.EventTypeNormal, "Created", field, "Container created")
		p.happened(minutes, minutes, 1, corev1.EventTypeNormal, "Started", field, "Container started")
	}
}

func fieldOf(status *corev1.ContainerStatus) string {
	return fmt.Sprintf("spec.containers{%s}", status.Name)
}

// settle sets what follows from the containers, where nothing else was said: phase, conditions and managedFields.
func (p *pod) settle() {
	initialized, ready, neverRan := true, true, false
	for _, status := range p.Status.InitContainerStatuses {
		initialized = initialized && status.State.Terminated != nil
	}
	for _, status := range p.Status.ContainerStatuses {
		ready = ready && status.Ready
		neverRan = neverRan || status.State.Waiting != nil && status.LastTerminationState.Terminated == nil
	}
	if p.Status.Phase == "" {
		p.Status.Phase = corev1.PodRunning
		if neverRan {
			p.Status.Phase = corev1.PodPending
		}
	}
	if p.Status.Conditions == nil {
		notReady := "ContainersNotReady"
		p.Status.Conditions = []corev1.PodCondition{
			p.condition(corev1.PodReadyToStartContainers, true, ""),
			p.condition(corev1.PodInitialized, initialized, "ContainersNotInitialized"),
			p.condition(corev1.PodReady, ready, notReady),
			p.condition(corev1.ContainersReady, ready, notReady),
			p.condition(corev1.PodScheduled, true, ""),
		}
	}
	addresses := strings.NewReplacer(anyAddress, p.Status.PodIP, anyHost, p.Status.HostIP)
	p.ManagedFields = []metav1.ManagedFieldsEntry{
		managed("kube-controller-manager", "", p.workload.fields, p.CreationTimestamp),
		managed("kubelet", "status", addresses.Replace(statusFields), p.CreationTimestamp),
	}
}

func (p *pod) condition(kind corev1.PodConditionType, holds bool, reason string) corev1.PodCondition {
	condition := corev1.PodCondition{
		Type: kind, Status: corev1.ConditionTrue, LastTransitionTime: p.CreationTimestamp, ObservedGeneration: 1,
	}
	if !holds {
		condition.Status, condition.Reason = corev1.ConditionFalse, reason
		condition.Message = "containers with unready status: [" + p.first.Name + " " + p.second.Name + "]"
	}
	return condition
}

// The addresses of every pod stand for these in statusFields, which is made once for all.
const anyAddress, anyHost = "POD-IP", "HOST-IP"

var (
	statusFields = fieldsOf(map[string]any{"status": map[string]any{
		"conditions": []any{
			conditionOf("ContainersReady"), conditionOf("Initialized"), conditionOf("PodReadyToStartContainers"),
			conditionOf("Ready"), conditionOf("PodScheduled"),
		},
		"containerStatuses": "", "hostIP": "", "observedGeneration": 1, "phase": "", "podIP": "", "startTime": "",
		"hostIPs": []any{map[string]any{"ip": anyHost}},
		"podIPs":  []any{map[string]any{"ip": anyAddress}},
	}})
	eventFields = fieldsOf(map[string]any{
		"count": 1, "firstTimestamp": "", "involvedObject": "", "lastTimestamp": "", "message": "", "reason": "",
		"reportingComponent": "", "reportingInstance": "", "source": map[string]any{"component": "", "host": ""}, "type": "",
	})
)

func conditionOf(kind string) map[string]any {
	return map[string]any{
		"type": kind, "lastProbeTime": "", "lastTransitionTime": "", "message": "", "observedGeneration": 1,
		"reason": "", "status": "",
	}
}
