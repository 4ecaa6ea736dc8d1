"""What traces tell of model and tool calls, and what they keep to themselves."""

import json
from collections.abc import Generator
from dataclasses import replace
from decimal import Decimal

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from agents.models.model import Completion, ToolCall
from agents.telemetry import Content, Telemetry, exporting, open_telemetry

ENDPOINT = "https://models.example/v1"
SECRET = "Иван Петров"
CALL = ToolCall("a", "look_at_order", {"client": SECRET})
ANSWER = Completion(SECRET, (CALL,), "large", 100, 20, Decimal("0.01"), 12.5)
MESSAGES = [{"role": "user", "content": SECRET}]


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def telemetry(exporter: InMemorySpanExporter) -> Generator[Telemetry]:
    telemetry = exporting(exporter)
    yield telemetry
    telemetry.close()


def _spans(telemetry: Telemetry, exporter: InMemorySpanExporter) -> tuple[ReadableSpan, ...]:
    assert telemetry.provider is not None
    telemetry.provider.force_flush()
    return exporter.get_finished_spans()


def _run(telemetry: Telemetry) -> None:
    with telemetry.model_call("large", endpoint=ENDPOINT, messages=MESSAGES) as span:
        span.answered(ANSWER, finish="tool_calls")
    with telemetry.tool_call(CALL.name, call_id=CALL.id, arguments=CALL.arguments) as span:
        span.returned(SECRET)


def test_a_model_call_and_a_tool_call_are_told_in_the_words_of_the_conventions(
    telemetry: Telemetry, exporter: InMemorySpanExporter
) -> None:
    _run(telemetry)
    model, tool = _spans(telemetry, exporter)
    assert (model.name, model.kind) == ("chat large", SpanKind.CLIENT)
    assert dict(model.attributes or {}) == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "large",
        "gen_ai.response.model": "large",
        "gen_ai.response.finish_reasons": ("tool_calls",),
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.output_tokens": 20,
        "server.address": "models.example",
        "server.port": 443,
    }
    assert (tool.name, tool.kind) == ("execute_tool look_at_order", SpanKind.INTERNAL)
    assert dict(tool.attributes or {}) == {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "look_at_order",
        "gen_ai.tool.call.id": "a",
        "gen_ai.tool.type": "function",
    }


def test_what_was_said_is_left_out_unless_it_is_asked_for(telemetry: Telemetry, exporter: InMemorySpanExporter) -> None:
    _run(telemetry)
    _run(replace(telemetry, content=Content.KEPT))
    told = [json.dumps(dict(span.attributes or {}), ensure_ascii=False) for span in _spans(telemetry, exporter)]
    assert [SECRET in text for text in told] == [False, False, True, True]


def test_an_error_is_told_by_its_kind_only(telemetry: Telemetry, exporter: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match=SECRET), telemetry.tool_call("look", call_id="a", arguments={}):
        raise ValueError(SECRET)
    (span,) = _spans(telemetry, exporter)
    assert (span.attributes or {})["error.type"] == "ValueError"
    assert span.status.status_code is StatusCode.ERROR
    assert SECRET not in str(span.to_json())


def test_tool_calls_hang_below_the_span_they_happen_in(telemetry: Telemetry, exporter: InMemorySpanExporter) -> None:
    with telemetry.tool_call("consult", call_id="a", arguments={}):
        _run(telemetry)
    *inner, outer = _spans(telemetry, exporter)
    assert outer.context is not None
    assert [span.parent.span_id for span in inner if span.parent] == [outer.context.span_id] * 2


def test_without_an_endpoint_nothing_is_traced_and_nothing_breaks() -> None:
    telemetry = open_telemetry(None)
    _run(telemetry)
    telemetry.close()
    assert telemetry.provider is None
