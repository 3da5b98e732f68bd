"""A town is a folder: opened, checked part against part, ready to compute."""
