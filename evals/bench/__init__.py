"""The bench: how fast the desk is, as ratios to a reference measured in the same run on the same server."""
