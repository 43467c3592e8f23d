"""Results that last: what a folder keeps, and what happens to it when things go wrong."""
