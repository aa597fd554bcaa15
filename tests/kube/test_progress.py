from kubectl_imagepull.kube.progress import Progress


def test_tells_what_is_being_read_and_how_much_has_come() -> None:
    progress = Progress()
    with progress.reading("pods") as pods, progress.reading("events"):
        assert progress.text == "pods, events"
        pods(12_000)
        pods(500)
        assert progress.text == "pods 12,500, events"
    assert progress.text == ""


def test_what_is_read_twice_at_once_is_counted_together() -> None:
    progress = Progress()
    with progress.reading("pods") as one, progress.reading("pods") as other:
        one(1)
        other(2)
        assert progress.text == "pods 3"
        with progress.reading("pods"):
            pass
        assert progress.text == "pods 3"
