"""From observations to values: select, add, divide, say how sure."""
