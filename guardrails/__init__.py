"""The gate that every action passes, whoever asks, and the approvals behind it. The only door to `tools/`."""
