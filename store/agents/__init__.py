"""The role agents: turns, what they did, what they cost, how far they are let, how conflicts were ruled."""
