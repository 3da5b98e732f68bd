"""The ground floor: what every other floor speaks with."""
