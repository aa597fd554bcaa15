"""What a diagnosis's fixes have in common, whatever the cause: their order, and what is never printed."""

from __future__ import annotations

from clusters import IMAGE, cluster, pod, waiting
from refused import ECR, EKS_NODE, context_of, failing

from kubectl_imagepull.fixes.ranking import fixes_for
from kubectl_imagepull.runs.examine import report_on
from kubectl_imagepull.vocabulary.fix import Where

HTTP = "server gave HTTP response to HTTPS client"
WHY = "No command is printed for this: the host named in the error isn't a valid host name."


def test_a_text_that_names_a_host_that_is_none_leads_to_no_command_on_a_node() -> None:
    def notes(host: str) -> list[tuple[bool, bool]]:
        message = f'failed to do request: Head "https://{host}/v2/app": http: {HTTP}'
        failing = pod(statuses={"app": waiting("ErrImagePull", message)})
        (diagnosis,) = report_on(cluster([failing]), 0.0).diagnoses
        assert diagnosis.failure.image == IMAGE
        return [(bool(fix.commands), WHY in fix.notes) for fix in diagnosis.fixes if fix.where is Where.NODE]

    assert notes("registry.example.com")[0] == (True, False)
    assert notes("..%2f..%2fetc")[0] == (False, True)
    assert notes("[[registry]]'$(id)`id`")[0] == (False, True)


def test_a_right_is_granted_once_to_a_node_that_logs_in_by_itself() -> None:
    metadata = {"annotations": {"kubernetes.io/config.mirror": "x"}, "ownerReferences": []}
    static = failing(f"{ECR}/app:1", metadata=metadata, spec={"nodeName": "node-a"})
    context = context_of(static, Node=[EKS_NODE])
    attached = [fix for fix in fixes_for(context) if any("attach-role-policy" in str(step) for step in fix.commands)]
    assert [fix.text for fix in attached] == [
        f"Node node-a should log in to {ECR} by itself, but nothing was sent: give its role "
        "AmazonEC2ContainerRegistryPullOnly, if it lacks it."
    ]
