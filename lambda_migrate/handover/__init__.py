"""What the owners' code has to say, so that their next deployment keeps what the migration has changed. Pure."""
