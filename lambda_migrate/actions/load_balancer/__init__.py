"""Actions on Application Load Balancers: target groups, and the rules that forward to them."""
