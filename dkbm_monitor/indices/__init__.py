"""Composite indices: official recipes rebuilt exactly, own ones declared in YAML, every step kept."""
