"""The service around the lifted application."""
