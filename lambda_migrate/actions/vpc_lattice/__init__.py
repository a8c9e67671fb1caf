"""Changes to VPC Lattice."""
