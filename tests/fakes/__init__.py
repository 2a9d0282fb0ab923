"""Honest stand-ins for collaborators that are slow or heavy."""
