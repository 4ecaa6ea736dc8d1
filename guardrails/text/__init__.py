"""Checks of texts before people or providers see them: pure functions, no model judges another."""
