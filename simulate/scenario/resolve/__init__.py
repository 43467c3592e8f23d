"""From a file's model to the explicit scenario: every name looked up, every default written out."""
