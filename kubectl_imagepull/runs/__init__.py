"""What a command does with a request: reads it once, reads several clusters, watches or waits."""
