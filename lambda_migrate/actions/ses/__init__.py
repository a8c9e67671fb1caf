"""Changes to receipt rules of Amazon SES."""
