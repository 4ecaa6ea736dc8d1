"""What a checkpoint keeps of a conversation: messages and plain values; everything live travels in the session."""

from typing import Annotated, Final, NotRequired, TypedDict

from langchain_core.messages import AnyMessage
from langgraph.graph.message import add_messages

GRAPH_VERSION: Final = 1
"""Part of every thread's id: a graph that reads its checkpoints differently gets threads of its own."""


class State(TypedDict):
    """The conversation so far, whom it names (they stay masked in later turns), and how the last answer came to be."""

    messages: Annotated[list[AnyMessage], add_messages]
    answer: str
    verdict: str
    people: NotRequired[list[str]]


def thread_id(thread: str) -> str:
    """The checkpointer's id of a conversation."""
    return f"v{GRAPH_VERSION}:{thread}"
