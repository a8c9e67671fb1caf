"""Actions on repositories of CodeCommit."""
