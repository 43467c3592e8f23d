"""What is asked of a scenario: runs of many worlds, and one world told as a story."""
