"""Definitions are data: measures and indicators, read from YAML into strict models."""
