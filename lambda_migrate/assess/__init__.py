"""Whether it is worth moving: what the function does and costs now, what a service would take and cost. Pure."""
