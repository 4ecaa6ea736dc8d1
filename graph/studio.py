"""The graph as LangGraph's own tools open it (`langgraph.json`): its shape; its nodes need a session to run."""

from graph.build import build
from policy import load_policy

graph = build(tuple(load_policy().roles.roles))
