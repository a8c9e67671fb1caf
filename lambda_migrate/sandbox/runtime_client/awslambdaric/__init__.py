"""A stand-in of AWS's runtime interface client for Python."""
