"""Pictures of results; they compute nothing."""
