"""The graph itself: which node follows which."""

from typing import Any, Final, cast

from langchain_core.messages import AIMessage
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from graph import nodes
from graph.session import Session
from graph.state import State

Graph = CompiledStateGraph[State, Session, State, State]
ACT: Final = "act"
CHECK: Final = "check"
PLAIN: Final = "plain"
ENACT: Final = "enact"


def build(roles: tuple[str, ...], checkpointer: BaseCheckpointSaver[Any] | None = None) -> Graph:
    """Facts are gathered, the role's node thinks, its calls go through the gate, its text is checked, and enacted."""
    graph = cast("Any", StateGraph(State, context_schema=Session))  # its overloads leave types open
    graph.add_node("gather", nodes.gather)
    for role in roles:
        graph.add_node(role, nodes.think)
        graph.add_conditional_edges(role, _after_thought, [role, ACT, CHECK, PLAIN])
    graph.add_node(ACT, nodes.act)
    graph.add_node(CHECK, nodes.check)
    graph.add_node(PLAIN, nodes.plain)
    graph.add_node(ENACT, nodes.enact)
    graph.add_edge(START, "gather")
    graph.add_conditional_edges("gather", _role, list(roles))
    graph.add_conditional_edges(ACT, _role, list(roles))
    graph.add_conditional_edges(CHECK, _after_check, [*roles, PLAIN, ENACT])
    graph.add_conditional_edges(PLAIN, _after_plain, [*roles, ENACT])
    graph.add_edge(ENACT, END)
    return cast("Graph", graph.compile(checkpointer=checkpointer, name="holacracy"))


def _role(_state: State, runtime: Runtime[Session]) -> str:
    return runtime.context.agent.role


def _after_thought(state: State, runtime: Runtime[Session]) -> str:
    if state["verdict"] == nodes.MEND:
        return runtime.context.agent.role
    if state["verdict"]:
        return PLAIN
    last = state["messages"][-1]
    return ACT if isinstance(last, AIMessage) and last.tool_calls else CHECK


def _after_check(state: State, runtime: Runtime[Session]) -> str:
    verdict = state["verdict"]
    if verdict == nodes.MEND:
        return runtime.context.agent.role
    return PLAIN if verdict == "rejected" else ENACT


def _after_plain(state: State, runtime: Runtime[Session]) -> str:
    return runtime.context.agent.role if state["verdict"] == "offline" else ENACT
