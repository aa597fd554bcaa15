"""What a diagnosis's fixes have in common, whatever the cause: their order, and what is never printed."""

from __future__ import annotations

from clusters import IMAGE, cluster, pod, waiting

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
