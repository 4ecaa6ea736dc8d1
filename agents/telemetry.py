"""Traces of the role agents in OpenTelemetry's words for generative AI: one span a model call, one a tool call.

The words (`gen_ai.*`) are those of the semantic conventions for generative AI; the package that holds them as constants
calls them moved elsewhere, so they stand here as strings. What was said and what tools returned is left out unless
`Content.KEPT` is asked for: it names people and orders.
"""

import json
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Final
from urllib.parse import urlsplit

from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.semconv.attributes import error_attributes, server_attributes
from opentelemetry.trace import NoOpTracer, Span, SpanKind, Status, StatusCode, Tracer

from agents.models.model import Completion

SERVICE: Final = "holacracy"
TRACES_PATH: Final = "/v1/traces"
EXPORT_SECONDS: Final = 3.0


class Content(Enum):
    """Whether spans carry what was said."""

    LEFT_OUT = auto()
    KEPT = auto()


@dataclass(frozen=True, slots=True)
class Telemetry:
    """Where spans go; without a provider nowhere, at next to no cost."""

    tracer: Tracer = field(default_factory=NoOpTracer)
    content: Content = Content.LEFT_OUT
    provider: TracerProvider | None = None

    @contextmanager
    def model_call(
        self, model: str, *, endpoint: str, messages: Sequence[Mapping[str, Any]]
    ) -> Generator["ModelCallSpan"]:
        """A span around one request to a model."""
        address = urlsplit(endpoint)
        attributes: dict[str, str | int] = {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": "openai",
            "gen_ai.request.model": model,
            server_attributes.SERVER_ADDRESS: address.hostname or "",
            server_attributes.SERVER_PORT: address.port or (443 if address.scheme == "https" else 80),
        }
        if self.content is Content.KEPT:
            attributes["gen_ai.input.messages"] = json.dumps(messages, ensure_ascii=False)
        with self._span(f"chat {model}", SpanKind.CLIENT, attributes) as span:
            yield ModelCallSpan(span, self.content)

    @contextmanager
    def tool_call(self, name: str, *, call_id: str, arguments: Mapping[str, object]) -> Generator["ToolCallSpan"]:
        """A span around one tool call of a role."""
        attributes: dict[str, str | int] = {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": name,
            "gen_ai.tool.call.id": call_id,
            "gen_ai.tool.type": "function",
        }
        if self.content is Content.KEPT:
            attributes["gen_ai.tool.call.arguments"] = json.dumps(arguments, ensure_ascii=False)
        with self._span(f"execute_tool {name}", SpanKind.INTERNAL, attributes) as span:
            yield ToolCallSpan(span, self.content)

    def close(self) -> None:
        """Send what is left, for a few seconds at most; it blocks."""
        if self.provider is not None:
            self.provider.shutdown()

    @contextmanager
    def _span(self, name: str, kind: SpanKind, attributes: Mapping[str, str | int]) -> Generator[Span]:
        # An error's text may hold what was said: only its kind is told.
        with self.tracer.start_as_current_span(
            name, kind=kind, attributes=attributes, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield span
            except BaseException as error:
                span.set_attribute(error_attributes.ERROR_TYPE, type(error).__qualname__)
                span.set_status(Status(StatusCode.ERROR))
                raise


@dataclass(frozen=True, slots=True)
class ModelCallSpan:
    """The span of a model call in progress."""

    span: Span
    content: Content

    def answered(self, completion: Completion, *, finish: str | None) -> None:
        """Note what came back."""
        self.span.set_attribute("gen_ai.response.model", completion.model)
        self.span.set_attribute("gen_ai.usage.input_tokens", completion.tokens_in)
        self.span.set_attribute("gen_ai.usage.output_tokens", completion.tokens_out)
        if finish is not None:
            self.span.set_attribute("gen_ai.response.finish_reasons", [finish])
        if self.content is Content.KEPT:
            calls = [{"id": call.id, "name": call.name, "arguments": call.arguments} for call in completion.calls]
            said = json.dumps({"content": completion.text, "tool_calls": calls}, ensure_ascii=False)
            self.span.set_attribute("gen_ai.output.messages", said)


@dataclass(frozen=True, slots=True)
class ToolCallSpan:
    """The span of a tool call in progress."""

    span: Span
    content: Content

    def returned(self, result: str) -> None:
        """Note what the tool gave back."""
        if self.content is Content.KEPT:
            self.span.set_attribute("gen_ai.tool.call.result", result)


def open_telemetry(endpoint: str | None, *, content: Content = Content.LEFT_OUT) -> Telemetry:
    """Send spans to an OTLP collector over HTTP (`endpoint` is its base URL, e.g. http://127.0.0.1:4318), or nowhere.

    Close what this gives at the end of the process: the last spans leave then.
    """
    if endpoint is None:
        return Telemetry()
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 - only who exports pays for it
        OTLPSpanExporter,
    )

    exporter = OTLPSpanExporter(endpoint=endpoint.rstrip("/") + TRACES_PATH, timeout=EXPORT_SECONDS)
    return exporting(exporter, content=content)


def exporting(exporter: SpanExporter, *, content: Content = Content.LEFT_OUT) -> Telemetry:
    """Send spans in batches through an exporter."""
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: SERVICE}), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return Telemetry(provider.get_tracer(SERVICE), content, provider)
