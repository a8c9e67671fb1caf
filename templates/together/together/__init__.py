"""Serves several functions in one process."""
