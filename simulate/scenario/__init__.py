"""What a person writes: the scenario language, from a file of YAML to a resolved scenario."""
