"""What is allowed and can hardly be meant: warnings about a scenario that has no faults."""

from simulate.scenario.audit.warnings import audit

__all__ = ["audit"]
