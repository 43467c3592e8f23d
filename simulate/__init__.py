"""Simulate: a scenario simulation engine for policy analysis. Same luck, different policy."""
