"""History that was not lived through the gate: imported logs, and the past of a demo."""
