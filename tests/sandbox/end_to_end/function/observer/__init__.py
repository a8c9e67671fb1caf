"""The function of the end-to-end tests: it tells what it received, and answers as it is asked to."""
