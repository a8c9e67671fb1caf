"""Changes in Route 53."""
