"""What lies beside what."""
