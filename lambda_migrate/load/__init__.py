"""What rate the service takes: reads sent at rates that rise, and where latency or errors turn. Pure."""
