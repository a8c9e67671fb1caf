"""Changes to delivery streams of Amazon Data Firehose."""
