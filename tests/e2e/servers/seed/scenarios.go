package main

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// place is the container that a fault strikes.
type place int

const (
	first place = iota
	second
	inInit
	inEphemeral
)

// scenario is a number of pods that fare alike.
type scenario struct {
	kind string
	pods int
	// How many of the pods one workload has.
	each int
	// What is wrong with an image, and the container that it strikes; nil where no pull fails.
	fault *fault
	place place
	// Makes a healthy pod what it is here; `broken` is the container that can't get its image, `text` the reason.
	shape func(p *pod, broken *corev1.ContainerStatus, image, text string)
}

// neverRan are 400 failing pulls in phase Pending, and 10 of pods that are being deleted.
var neverRan = []scenario{
	{"Deployment", 80, 5, &missingTag, first, pending},
	{"Deployment", 30, 3, &missingTag, second, pending},
	{"StatefulSet", 20, 2, &missingTag, first, pending},
	{"Deployment", 20, 4, &missingTag, inInit, pending},
	{"DaemonSet", 30, 30, &noSuchHost, first, pending},
	{"Deployment", 30, 5, &noSuchHost, second, pending},
	{"Deployment", 60, 6, &secretMissing, first, pending},
	{"Deployment", 40, 4, &secretOther, first, pending},
	{"Deployment", 30, 3, &unknownCA, first, pending},
	{"Deployment", 20, 4, &unknownCA, first, pendingForLong},
	{"Deployment", 40, 2, &brokenProxy, first, pending},
	{"Deployment", 10, 2, &brokenProxy, second, pendingUntilDeleted},
}

// plain are all pods that are not simply healthy in a cluster that hides nothing: besides neverRan 100 failing pulls in
// phase Running, since the container ran before, and 510 crash loops.
var plain = slices.Concat(neverRan, []scenario{
	{"Deployment", 40, 5, &missingTag, second, ranBefore},
	{"Deployment", 30, 3, &noSuchHost, first, ranBefore},
	{"Deployment", 30, 5, &unknownCA, second, ranBefore},
	{"Deployment", 510, 4, nil, first, crashLoop},
})

// hard are those of a cluster that has whatever hides a failing pull, or looks like one: the same in clusters of any
// size.
var hard = slices.Concat(neverRan, []scenario{
	// 100 in phase Running, and 10 of pods that are being deleted: the container ran before, or isn't one that counts
	{"Deployment", 25, 5, &missingTag, second, ranBefore},
	{"Deployment", 20, 4, &noSuchHost, first, ranBefore},
	{"Deployment", 15, 5, &unknownCA, second, ranLongBefore},
	{"Deployment", 20, 4, &missingTag, second, behindCrashLoop},
	{"Deployment", 10, 5, &missingTag, second, longBehindCrashLoop},
	{"Deployment", 5, 5, &noSuchHost, second, ranUntilDeleted},
	{"StatefulSet", 5, 5, &missingTag, second, longGoneUntilDeleted},
	{"Deployment", 5, 5, &missingTag, second, betweenPulls},
	{"Deployment", 5, 1, &missingTag, inEphemeral, debugged},
	// 510 crash loops that are no failed pull
	{"Deployment", 370, 4, nil, first, crashLoop},
	{"Deployment", 40, 4, nil, first, taskFails},
	{"Deployment", 30, 3, nil, first, crashLoopAfterSecondTry},
	{"Deployment", 10, 5, nil, first, crashLoopUntilDeleted},
	{"Deployment", 40, 4, nil, first, bothCrash},
	{"Deployment", 20, 4, nil, first, bothTasksFail},
	// what else isn't well, or was not, or looks as if
	{"Deployment", 200, 4, nil, first, unready},
	{"Deployment", 200, 5, nil, first, secondTry},
	{"StatefulSet", 10, 2, nil, first, recreated},
	{"Deployment", 20, 4, nil, first, deleted},
	{"Deployment", 20, 4, nil, first, healthyUntilDeleted},
	{"Job", 300, 3, nil, first, succeeded},
	{"Job", 20, 2, nil, first, failed},
	{"Deployment", 20, 4, nil, first, evicted},
	{"Deployment", 20, 4, nil, first, unscheduled},
	{"Deployment", 8, 2, nil, first, creating},
	{"Deployment", 4, 2, nil, first, mounting},
})

const taskError = "failed to create containerd task: failed to create shim task: OCI runtime create failed: " +
	"runc create failed: unable to start container process: error during container init: " +
	`exec: "/app/entrypoint": stat /app/entrypoint: no such file or directory`

// age gives a number of minutes within the hour that events are kept.
func (p *pod) age() int {
	return 10 + p.workload.random.IntN(45)
}

// shown is what the status says about a failed pull: every fifth pod is between two tries.
func (p *pod) shown(image, text string) (reason, message string) {
	if p.workload.random.IntN(5) == 0 {
		return "ErrImagePull", text
	}
	return "ImagePullBackOff", `Back-off pulling image "` + image + `": ErrImagePull: ` + text
}

func (p *pod) field(broken *corev1.ContainerStatus) string {
	for i := range p.Status.InitContainerStatuses {
		if &p.Status.InitContainerStatuses[i] == broken {
			return "spec.initContainers{" + broken.Name + "}"
		}
	}
	return fieldOf(broken)
}

func pendingForLong(p *pod, broken *corev1.ContainerStatus, image, text string) {
	reason, message := p.shown(image, text)
	p.waits(broken, reason, message)
	if p.field(broken) != fieldOf(broken) {
		p.waits(p.first, "PodInitializing", "")
		p.waits(p.second, "PodInitializing", "")
	}
}

func pending(p *pod, broken *corev1.ContainerStatus, image, text string) {
	minutes := p.age()
	p.young(minutes)
	pendingForLong(p, broken, image, text)
	p.isScheduled(minutes)
	p.pullFails(minutes, p.field(broken), image, text)
	for _, secret := range p.Spec.ImagePullSecrets {
		if secret.Name == secretMissing.secret {
			p.happened(minutes, 0, 4*minutes, corev1.EventTypeWarning, "FailedToRetrieveImagePullSecret", "",
				"Unable to retrieve some image pull secrets (%s); attempting to pull the image may not succeed.", secret.Name)
		}
	}
}

func pendingUntilDeleted(p *pod, broken *corev1.ContainerStatus, image, text string) {
	pending(p, broken, image, text)
	p.terminates()
}

func ranLongBefore(p *pod, broken *corev1.ContainerStatus, image, text string) {
	reason, message := p.shown(image, text)
	p.waitsAgain(broken, 300, reason, message)
}

func ranBefore(p *pod, broken *corev1.ContainerStatus, image, text string) {
	minutes := p.age()
	reason, message := p.shown(image, text)
	p.waitsAgain(broken, minutes, reason, message)
	p.pullFails(minutes, p.field(broken), image, text)
}

func behindCrashLoop(p *pod, broken *corev1.ContainerStatus, image, text string) {
	ranBefore(p, broken, image, text)
	crashLoop(p, broken, image, text)
}

func longBehindCrashLoop(p *pod, broken *corev1.ContainerStatus, image, text string) {
	ranLongBefore(p, broken, image, text)
	p.crashes(p.first)
}

func ranUntilDeleted(p *pod, broken *corev1.ContainerStatus, image, text string) {
	ranBefore(p, broken, image, text)
	p.terminates()
}

func longGoneUntilDeleted(p *pod, broken *corev1.ContainerStatus, image, text string) {
	ranLongBefore(p, broken, image, text)
	p.terminates()
}

// betweenPulls is a container that crashed, and whose image is gone since: only events tell.
func betweenPulls(p *pod, broken *corev1.ContainerStatus, image, text string) {
	p.crashes(broken)
	minutes := p.age()
	broken.LastTerminationState.Terminated = p.ended(1, "Error", p.ago(minutes))
	p.pullFails(minutes, p.field(broken), image, text)
}

// debugged is a healthy pod with `kubectl debug --image` of an image that doesn't exist.
func debugged(p *pod, _ *corev1.ContainerStatus, image, text string) {
	name := "debugger-" + letters(p.workload.random, 5)
	p.Spec.EphemeralContainers = []corev1.EphemeralContainer{{EphemeralContainerCommon: corev1.EphemeralContainerCommon{
		Name: name, Image: image, ImagePullPolicy: corev1.PullIfNotPresent, Stdin: true, TTY: true,
		TerminationMessagePath: corev1.TerminationMessagePathDefault, TerminationMessagePolicy: corev1.TerminationMessageReadFile,
	}}}
	reason, message := p.shown(image, text)
	p.Status.EphemeralContainerStatuses = []corev1.ContainerStatus{{
		Name: name, Image: image,
		State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: message}},
	}}
	p.pullFails(p.age(), "spec.ephemeralContainers{"+name+"}", image, text)
}

func crashLoop(p *pod, _ *corev1.ContainerStatus, _, _ string) {
	p.crashes(p.first)
	p.happened(59, 0, 90, corev1.EventTypeWarning, "BackOff", fieldOf(p.first),
		"Back-off restarting failed container %s in pod %s_%s(%s)", p.first.Name, p.Name, p.Namespace, p.UID)
}

func crashLoopUntilDeleted(p *pod, broken *corev1.ContainerStatus, image, text string) {
	crashLoop(p, broken, image, text)
	p.terminates()
}

func taskFails(p *pod, broken *corev1.ContainerStatus, image, text string) {
	crashLoop(p, broken, image, text)
	run := p.ended(128, "StartError", p.ago(3))
	run.Message = taskError
	p.first.LastTerminationState.Terminated = run
	p.happened(59, 3, 12, corev1.EventTypeWarning, "Failed", fieldOf(p.first), "Error: %s", taskError)
}

func bothCrash(p *pod, broken *corev1.ContainerStatus, image, text string) {
	crashLoop(p, broken, image, text)
	p.crashes(p.second)
}

func bothTasksFail(p *pod, broken *corev1.ContainerStatus, image, text string) {
	taskFails(p, broken, image, text)
	p.crashes(p.second)
}

func unready(p *pod, _ *corev1.ContainerStatus, _, _ string) {
	p.first.Ready = false
	p.happened(59, 0, 350, corev1.EventTypeWarning, "Unhealthy", fieldOf(p.first),
		"Readiness probe failed: HTTP probe failed with statuscode: 503")
}

// secondTry is a pod whose first pull failed, and which is well now.
func secondTry(p *pod, _ *corev1.ContainerStatus, _, _ string) {
	minutes := p.age()
	p.young(minutes)
	image, field := p.first.Image, fieldOf(p.first)
	p.happened(minutes, minutes-1, 2, corev1.EventTypeNormal, "Pulling", field, "Pulling image %q", image)
	text := nameServerSilent.text(image)
	p.happened(minutes, minutes, 1, corev1.EventTypeWarning, "Failed", field, "Failed to pull image %q: %s", image, text)
	p.happened(minutes, minutes, 1, corev1.EventTypeWarning, "Failed", field, "Error: ErrImagePull")
	p.happened(minutes-1, minutes-1, 1, corev1.EventTypeNormal, "Pulled", field,
		"Successfully pulled image %q in 1.486s (1.486s including waiting). Image size: 147091800 bytes.", image)
	p.happened(minutes-1, minutes-1, 1, corev1.EventTypeNormal, "Created", field, "Container created")
	p.happened(minutes-1, minutes-1, 1, corev1.EventTypeNormal, "Started", field, "Container started")
	p.first.State.Running.StartedAt = metav1.NewTime(p.ago(minutes - 1))
}

func crashLoopAfterSecondTry(p *pod, broken *corev1.ContainerStatus, image, text string) {
	secondTry(p, broken, image, text)
	crashLoop(p, broken, image, text)
}

// recreated is a pod that is well, with the events of the one that had its name before.
func recreated(p *pod, _ *corev1.ContainerStatus, _, _ string) {
	p.pullFails(p.age(), fieldOf(p.first), p.first.Image, missingTag.text(p.first.Image))
	before := uid(p.workload.random)
	for _, event := range p.events {
		event.InvolvedObject.UID = before
	}
}

// deleted leaves only events behind.
func deleted(p *pod, _ *corev1.ContainerStatus, _, _ string) {
	p.pullFails(p.age(), fieldOf(p.first), p.first.Image, missingTag.text(p.first.Image))
	p.gone = true
}

func healthyUntilDeleted(p *pod, _ *corev1.ContainerStatus, _, _ string) {
	p.terminates()
}

func succeeded(p *pod, _ *corev1.ContainerStatus, _, _ string) {
	p.ends(corev1.PodSucceeded, 0, "Completed")
}

func failed(p *pod, _ *corev1.ContainerStatus, _, _ string) {
	p.ends(corev1.PodFailed, 1, "Error")
}

func (p *pod) ends(phase corev1.PodPhase, code int32, reason string) {
	p.Status.Phase = phase
	for _, status := range []*corev1.ContainerStatus{p.first, p.second} {
		status.Ready, status.Started = false, new(false)
		status.State = corev1.ContainerState{Terminated: p.ended(code, reason, p.CreationTimestamp.Add(5*time.Minute))}
	}
}

func evicted(p *pod, _ *corev1.ContainerStatus, _, _ string) {
	p.Status.Phase, p.Status.ContainerStatuses = corev1.PodFailed, nil
	p.Status.Reason = "Evicted"
	p.Status.Message = "The node was low on resource: memory. Threshold quantity: 100Mi, available: 88Mi. "
}

func unscheduled(p *pod, _ *corev1.ContainerStatus, _, _ string) {
	p.young(p.age())
	p.Spec.NodeName = ""
	message := "0/1000 nodes are available: 1000 Insufficient memory. " +
		"preemption: 0/1000 nodes are available: 1000 No preemption victims found for incoming pod."
	p.Status = corev1.PodStatus{
		Phase: corev1.PodPending, QOSClass: corev1.PodQOSBurstable,
		Conditions: []corev1.PodCondition{{
			Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: corev1.PodReasonUnschedulable,
			Message: message, LastTransitionTime: p.CreationTimestamp,
		}},
	}
	p.happened(30, 1, 7, corev1.EventTypeWarning, "FailedScheduling", "", "%s", message)
}

func creating(p *pod, _ *corev1.ContainerStatus, _, _ string) {
	p.young(0)
	p.waits(p.first, "ContainerCreating", "")
	p.waits(p.second, "ContainerCreating", "")
	p.isScheduled(0)
	p.happened(0, 0, 1, corev1.EventTypeNormal, "Pulling", fieldOf(p.first), "Pulling image %q", p.first.Image)
}

func mounting(p *pod, broken *corev1.ContainerStatus, image, text string) {
	creating(p, broken, image, text)
	p.young(25)
	p.happened(25, 1, 19, corev1.EventTypeWarning, "FailedMount", "",
		"MountVolume.SetUp failed for volume \"tls\" : secret %q not found", p.workload.name+"-tls")
}
