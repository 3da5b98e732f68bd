"""The areas of a town: levels, parents, Gebietsstand, geometry."""
