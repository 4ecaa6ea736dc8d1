"""Traces leave for a collector over real HTTP."""

import asyncio

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from agents.models.pool import ModelPool, Models
from agents.models.probe import probe
from agents.models.provider import Endpoint
from agents.telemetry import open_telemetry
from bots.local.serving import serving_app
from evals.model_server import ModelServer, calls, serving


async def test_the_spans_of_a_model_call_reach_the_collector() -> None:
    received = ExportTraceServiceRequest()

    async def collect(request: Request) -> Response:
        received.MergeFromString(await request.body())
        return Response(media_type="application/x-protobuf")

    async def nothing() -> None:
        """Nothing holds the collector's answers back."""

    collector = Starlette(routes=[Route("/v1/traces", collect, methods=["POST"])])
    async with (
        serving_app(collector, before_leaving=nothing) as address,
        serving(ModelServer([calls("report_ready", state="ready")])) as base_url,
    ):
        telemetry = open_telemetry(address)
        async with ModelPool(Endpoint("any", base_url), Models("large"), prices=dict, telemetry=telemetry) as pool:
            assert (await probe(pool.bare("large"), deadline_s=5)).fit
        await asyncio.to_thread(telemetry.close)
    (resource,) = received.resource_spans
    assert [span.name for scope in resource.scope_spans for span in scope.spans] == ["chat large"]
