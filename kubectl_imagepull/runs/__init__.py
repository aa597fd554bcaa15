"""What a command does with a request: reads it once, reads several clusters, watches or waits.

It may use every room below cli; it knows neither flags nor exit codes.
"""
