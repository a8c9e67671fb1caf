"""Changes to CloudWatch alarms."""
