"""Everything that is looked at: maps, and the classes, colours and words they share."""
