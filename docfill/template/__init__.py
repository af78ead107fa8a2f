"""Templates: the tag language, the byte pattern that writes, the skeleton that reads."""
