"""Raw files of publishers: registered, hashed, never edited, read by declared column maps."""
