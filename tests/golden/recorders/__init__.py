"""Recorders of golden values: one module per subject, all called by record.py."""
