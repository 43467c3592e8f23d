"""What is kept of a result."""
