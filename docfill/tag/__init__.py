"""Tagging: from an untagged blank form to a template (words → lines → places → names → write → proposal)."""
