"""The desk: orders with their facts, owners, clocks, violations, signals and approvals."""
