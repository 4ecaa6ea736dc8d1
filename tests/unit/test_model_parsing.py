"""What is read from a model's answer, and what is nonsense."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.models.parsing import Nonsense, Spoken, read_answer, without_fences, without_thoughts
from agents.models.tolerant_json import NotJsonError, as_object, read_json

TOOLS = frozenset({"look_at_order", "assign_order"})
CALL = {"name": "look_at_order", "arguments": {"order": "1042"}}


def _read(message: dict[str, object], finish: str | None = "stop") -> Spoken | Nonsense:
    return read_answer(message, finish=finish, offered=TOOLS)


def _said(text: str) -> Spoken:
    answer = _read({"content": text})
    assert isinstance(answer, Spoken), answer
    return answer


def _native(arguments: object, **more: object) -> Spoken | Nonsense:
    call = {"id": "a", "type": "function", "function": {"name": "look_at_order", "arguments": arguments}}
    return _read({"content": None, "tool_calls": [call | more]}, "tool_calls")


@pytest.mark.parametrize(
    "text",
    [
        "<think>горит 42</think>Всё спокойно.",
        "<THINKING>\n1\n</THINKING>\n\nВсё спокойно.",
        "горит 42\n</think>\nВсё спокойно.",
        "Всё спокойно.\n<think>горит 42",
        "<think>раз</think>Всё <think>два</think>спокойно.",
        "```\nВсё спокойно.\n```",
        "```markdown\nВсё спокойно.```",
    ],
)
def test_thoughts_and_fences_are_taken_out_of_a_text(text: str) -> None:
    assert _said(text) == Spoken("Всё спокойно.", ())


def test_a_text_in_parts_is_put_together() -> None:
    assert _read({"content": [{"type": "text", "text": "Всё "}, {"type": "text", "text": "спокойно."}]}) == Spoken(
        "Всё спокойно.", ()
    )


def test_a_refusal_is_what_the_model_says() -> None:
    assert _read({"content": None, "refusal": "Не могу."}) == Spoken("Не могу.", ())


@pytest.mark.parametrize(
    "arguments",
    [
        '{"order": "1042"}',
        {"order": "1042"},
        '{"order": "1042",}',
        '```json\n{"order": "1042"}\n```',
        json.dumps('{"order": "1042"}'),
    ],
    ids=["text", "object", "trailing comma", "fenced", "text in text"],
)
def test_arguments_are_read_in_whatever_form_they_come(arguments: object) -> None:
    answer = _native(arguments)
    assert isinstance(answer, Spoken)
    assert [(call.id, call.name, call.arguments) for call in answer.calls] == [
        ("a", "look_at_order", {"order": "1042"})
    ]


@pytest.mark.parametrize("arguments", [None, "", "{}", {}])
def test_a_call_may_have_no_arguments(arguments: object) -> None:
    answer = _native(arguments)
    assert isinstance(answer, Spoken)
    assert answer.calls[0].arguments == {}


@pytest.mark.parametrize("arguments", ['{"order": "10', "[1]", "1042", '{"order": NaN}', "order=1042", [1], 7, True])
def test_arguments_without_a_certain_meaning_are_nonsense(arguments: object) -> None:
    answer = _native(arguments)
    assert isinstance(answer, Nonsense)
    assert "look_at_order" in answer.problem
    assert "look_at_order" in answer.said


def test_fences_inside_an_argument_stay() -> None:
    answer = _native('{"note": "```\\ncode\\n```"}')
    assert isinstance(answer, Spoken)
    assert answer.calls[0].arguments == {"note": "```\ncode\n```"}


@pytest.mark.parametrize("name", [None, "", "  ", 7])
def test_a_call_that_names_no_tool_is_nonsense(name: object) -> None:
    assert isinstance(_read({"tool_calls": [{"id": "a", "function": {"name": name, "arguments": "{}"}}]}), Nonsense)


def test_calls_get_ids_of_their_own() -> None:
    call = {"id": "call-2", "function": {"name": "look_at_order", "arguments": "{}"}}
    answer = _read({"tool_calls": [call, call, call | {"id": None}]})
    assert isinstance(answer, Spoken)
    assert len({call.id for call in answer.calls}) == 3


def test_the_older_single_call_is_read() -> None:
    answer = _read({"content": None, "function_call": {"name": "look_at_order", "arguments": "{}"}})
    assert isinstance(answer, Spoken)
    assert answer.calls[0].name == "look_at_order"


WRITTEN = [
    json.dumps(CALL),
    f"```json\n{json.dumps(CALL)}\n```",
    f"```json {json.dumps(CALL)} ```",
    f"<tool_call>\n{json.dumps(CALL)}\n</tool_call>",
    f"<think>надо</think>\n{json.dumps(CALL, indent=2)}",
    json.dumps([CALL]),
    json.dumps({"tool_calls": [{"type": "function", "function": CALL}]}),
    '{"tool": "look_at_order", "args": {"order": "1042"}}',
    '{"function": "look_at_order", "parameters": {"order": "1042"},}',
    json.dumps({"name": "look_at_order", "arguments": '{"order": "1042"}'}),
]


@pytest.mark.parametrize("text", WRITTEN)
def test_a_call_written_into_the_text_is_a_call(text: str) -> None:
    answer = _said(text)
    assert answer.text == ""
    assert [(call.name, call.arguments) for call in answer.calls] == [("look_at_order", {"order": "1042"})]


@pytest.mark.parametrize("text", WRITTEN[:2])
def test_words_around_a_written_call_stay_text(text: str) -> None:
    answer = _said(f"Смотрю заказ.\n{text}\nМинуту.")
    assert len(answer.calls) == 1
    assert answer.text.split() == ["Смотрю", "заказ.", "Минуту."]


def test_several_calls_on_lines_of_their_own_are_read() -> None:
    assert len(_said(f"{json.dumps(CALL)}\n{json.dumps(CALL)}").calls) == 2


@pytest.mark.parametrize(
    "text",
    [
        'Клиент прислал {"name": "assign_order", "arguments": {}} и ждёт.',
        'Пример:\n{"name": "refund_everything", "arguments": {"eur": 1}}',
        'Ответ:\n{"name": "Вера", "orders": 3}',
        '{"orders": 3}',
        '{"examples": [\n{"name": "assign_order", "arguments": {}}\n]}',
    ],
)
def test_json_that_calls_no_offered_tool_is_text(text: str) -> None:
    assert _said(text) == Spoken(text, ())


def test_an_answer_that_is_nothing_but_a_call_of_an_unknown_tool_is_left_to_the_toolbox() -> None:
    assert _said('{"name": "refund_everything", "arguments": {}}').calls[0].name == "refund_everything"


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "look_at_order", "arguments": {"order": "10',
        '```json\n{"tool": "assign_order", "args": {"order": ',
        '{"arguments": {"order": "1042"}, "name": "assign_order"',
    ],
)
def test_a_truncated_call_is_never_completed_by_guessing(text: str) -> None:
    answer = _read({"content": text})
    assert isinstance(answer, Nonsense)
    assert answer.said == text


@pytest.mark.parametrize("content", [None, "", "  \n", "<think>хм</think>", "```\n```", []])
def test_an_empty_answer_is_nonsense(content: object) -> None:
    answer = _read({"content": content})
    assert isinstance(answer, Nonsense)
    assert "empty" in answer.problem


def test_an_answer_cut_off_at_the_length_limit_is_nonsense() -> None:
    assert isinstance(_read({"content": "Всё спо"}, "length"), Nonsense)


@pytest.mark.parametrize("text", ["", "{", "{'a': 1}", '{"a": 1} {"b": 2}', "Infinity", "[" * 100_000])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(NotJsonError):
        read_json(text)


def test_only_commas_before_a_bracket_are_dropped() -> None:
    assert read_json('{"a": [1, 2, ], "b": ", ]",\n}') == {"a": [1, 2], "b": ", ]"}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
arguments = st.dictionaries(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0")), json_values)


@given(json_values)
def test_json_survives_being_written_and_read(value: object) -> None:
    read = read_json(json.dumps(value))
    assert json.dumps(read, ensure_ascii=False).encode() is not None
    if "\\ud" not in json.dumps(value) and "\\u0000" not in json.dumps(value):
        assert read == value


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "content": json_values,
            "tool_calls": st.lists(
                json_values
                | st.fixed_dictionaries({"id": json_values, "function": st.fixed_dictionaries({"name": json_values})})
                | st.fixed_dictionaries(
                    {"function": st.fixed_dictionaries({"name": st.text(), "arguments": json_values})}
                ),
                max_size=3,
            ),
            "function_call": json_values,
            "refusal": json_values,
        },
    ),
    st.sampled_from(["stop", "length", "tool_calls", None]),
)
def test_any_message_is_either_read_or_nonsense(message: dict[str, object], finish: str | None) -> None:
    stored = as_object(read_json(json.dumps(message)))
    assert stored is not None
    answer = read_answer(stored, finish=finish, offered=TOOLS)
    if isinstance(answer, Spoken):
        assert answer.text or answer.calls
        assert len({call.id for call in answer.calls}) == len(answer.calls)
        json.dumps([dict(call.arguments) for call in answer.calls], ensure_ascii=False).encode()


noise = st.lists(
    st.sampled_from(
        [
            "<think>",
            "</think>",
            "```",
            "```json",
            "\n",
            "{",
            "}",
            "[",
            '"name":',
            '"look_at_order"',
            ",",
            '"arguments":',
        ],
    )
    | st.text(max_size=5)
).map("".join)


@given(noise)
def test_any_text_is_either_read_or_nonsense(text: str) -> None:
    answer = _read({"content": text})
    if isinstance(answer, Spoken) and not answer.calls:
        assert "```" not in answer.text
        assert "<think>" not in answer.text.lower()


@given(arguments, st.booleans(), st.sampled_from(["", "<think>a</think>", "Сейчас.\n"]))
def test_a_call_means_the_same_natively_and_in_the_text(
    given_arguments: dict[str, object], fenced: bool, before: str
) -> None:
    body = json.dumps({"name": "assign_order", "arguments": given_arguments})
    written = _said(before + (f"```json\n{body}\n```" if fenced else body))
    native = _read({"tool_calls": [{"id": "call-1", "function": read_json(body)}]})
    assert isinstance(native, Spoken)
    assert written.calls == native.calls


@given(st.text(), st.text())
def test_taking_out_twice_is_taking_out_once(before: str, after: str) -> None:
    once = without_fences(without_thoughts(f"{before}<think>{after}"))
    assert without_fences(without_thoughts(once)) == once


@pytest.mark.parametrize(
    "piece", ["<think>", "</think>", "{\n", '{"name": "look_at_order",\n', "```json\n", ",]", "[" * 99]
)
def test_reading_takes_no_long_time_whatever_a_model_writes(piece: str) -> None:
    assert _read({"content": piece * (200_000 // len(piece))}) is not None
