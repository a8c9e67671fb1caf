"""Changes to APIs of AWS AppSync."""
