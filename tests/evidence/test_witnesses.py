"""What speaks against an old fault of a node."""

from clusters import at, cluster, event, failed, pod, running, waiting

from kubectl_imagepull.kube.objects import JsonObject
from kubectl_imagepull.runs.examine import report_on

STOPPED = "rpc error: code = Unavailable desc = error reading from server: EOF"
LATER = (
    "the last error is from 11:05 UTC, and other pods have started on node node-a until 11:52 UTC: it may be over, "
    "so recreate the pod before you change the node"
)


def told(started: str, text: str = STOPPED) -> list[str]:
    other: JsonObject = pod("db-0", {"app": {**running(started), "imageID": "x"}}, phase="Running", uid="u2")
    other["status"]["startTime"] = started
    pods = [pod(statuses={"app": waiting("ContainerCreating")}), other]
    (one,) = report_on(cluster(pods, [failed(at(5), text)]), 0.0).diagnoses
    return [item.text for item in one.evidence if item.check == "NodeCondition" and "may be over" in item.text]


def test_pods_that_started_later_speak_against_a_fault_of_the_node() -> None:
    assert told(at(52)) == [LATER]


def test_pods_that_started_before_say_nothing() -> None:
    assert told(at(5, 30)) == []


def test_other_faults_are_not_the_node_s() -> None:
    assert told(at(52), "manifest unknown") == []


def test_nothing_is_said_without_an_event() -> None:
    full = pod(statuses={"app": waiting("ErrImagePull", "write /var/lib/x: no space left on device")})
    other = pod("db-0", {"app": {**running(at(52)), "imageID": "x"}}, phase="Running", uid="u2")
    (one,) = report_on(cluster([full, other], [event("Pulling", 'Pulling image "a"', at(1))]), 0.0).diagnoses
    assert not [item for item in one.evidence if "may be over" in item.text]
