"""Whether two answers to the same event are the same: read, compared, and counted. Pure."""
