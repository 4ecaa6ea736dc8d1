"""The LangGraph graph: trigger, facts, role, tools through the gate, checks, answer."""
