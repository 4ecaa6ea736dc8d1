"""The wiring of the role agents as a LangGraph graph: state, nodes, routing, and the runner of one turn."""
