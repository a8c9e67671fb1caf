"""The folder in which the Python of an image finds `awslambdaric`."""
