"""The names of conversations: what is said under one name is worked on in its order, one turn after another."""


def person_thread(role: str, person_id: int) -> str:
    """One conversation per person and role, whatever the door."""
    return f"{role}:person:{person_id}"


def steps_thread(role: str, order_id: int) -> str:
    """The next steps of one order; they remember nothing and hold no conversation up."""
    return f"{role}:next-steps:{order_id}"


def drafts_thread(role: str, order_id: int) -> str:
    """The drafts for one order's client; they remember nothing either."""
    return f"{role}:drafts:{order_id}"


def group_thread(role: str, person_id: int, chat_id: int) -> str:
    """What a person and a role say to each other in a group."""
    return f"{person_thread(role, person_id)}:group:{chat_id}"
