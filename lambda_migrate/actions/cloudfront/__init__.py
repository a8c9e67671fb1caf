"""Actions on distributions of CloudFront."""
