"""Metrics, logs and spans of one agent, sent by the official OpenTelemetry SDK of Python.

Usage: telemetry.py URL. What was sent is asked back by PromQL. Ends with `all steps passed`, or with
a traceback.
"""

import json
import sys
import urllib.parse
import urllib.request

from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor
from opentelemetry.sdk.metrics import Counter, Histogram, MeterProvider
from opentelemetry.sdk.metrics.export import (
    AggregationTemporality,
    PeriodicExportingMetricReader,
)
from opentelemetry.sdk.metrics.view import ExponentialBucketHistogramAggregation, View
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

RESOURCE = Resource({"service.name": "planner", "paceline.agent_id": "agt_py"})
DELTA = {
    Counter: AggregationTemporality.DELTA,
    Histogram: AggregationTemporality.DELTA,
}


def ask(url: str, query: str) -> dict[str, float]:
    """The values of an instant query, by all labels but the name."""
    with urllib.request.urlopen(
        f"{url}/prometheus/api/v1/query?" + urllib.parse.urlencode({"query": query})
    ) as answer:
        result = json.load(answer)["data"]["result"]
    return {
        ",".join(
            f"{name}={value}"
            for name, value in sorted(series["metric"].items())
            if name != "__name__"
        ): float(series["value"][1])
        for series in result
    }


def check(url: str, query: str, expected: dict[str, float]) -> None:
    got = ask(url, query)
    assert got == expected, f"{query}: {got} instead of {expected}"


def metrics(url: str, temporality, name: str, compression: Compression) -> None:
    exporter = OTLPMetricExporter(
        endpoint=f"{url}/v1/metrics",
        preferred_temporality=temporality,
        compression=compression,
    )
    reader = PeriodicExportingMetricReader(exporter, export_interval_millis=3_600_000)
    view = View(
        instrument_name=f"{name}.size", aggregation=ExponentialBucketHistogramAggregation()
    )
    provider = MeterProvider([reader], RESOURCE, views=[view])
    meter = provider.get_meter("tests")
    jobs = meter.create_counter(f"{name}.jobs", unit="{job}", description="Jobs done.")
    load = meter.create_gauge(f"{name}.load", unit="1")
    took = meter.create_histogram(
        f"{name}.took", unit="ms", explicit_bucket_boundaries_advisory=[5, 250]
    )
    size = meter.create_histogram(f"{name}.size", unit="By")
    for push in range(3):
        jobs.add(2, {"kind": "cut"})
        load.set(0.25 * (push + 1))
        took.record(125, {"kind": "cut"})
        size.record(3)
        provider.force_flush()
    provider.shutdown()

    job = "agent=agt_py,job=planner"
    kind = "agent=agt_py,job=planner,kind=cut"
    check(url, f"{name}_jobs_total", {kind: 6})
    check(url, f"{name}_load_ratio", {job: 0.75})
    check(url, f"{name}_took_seconds_sum", {kind: 0.375})
    check(
        url,
        f"{name}_took_seconds_bucket",
        {
            "agent=agt_py,job=planner,kind=cut,le=0.005": 0,
            "agent=agt_py,job=planner,kind=cut,le=0.25": 3,
            "agent=agt_py,job=planner,kind=cut,le=+Inf": 3,
        },
    )
    check(url, f"{name}_size_bytes_count", {job: 3})
    median = ask(url, f"histogram_quantile(0.5, {name}_size_bytes_bucket)")[job]
    assert 2.5 < median < 3.4, median


def logs(url: str) -> None:
    exporter = OTLPLogExporter(endpoint=f"{url}/v1/logs", compression=Compression.Gzip)
    provider = LoggerProvider(RESOURCE)
    provider.add_log_record_processor(SimpleLogRecordProcessor(exporter))
    logger = provider.get_logger("com.anthropic.claude_code.events")
    event = {"event.name": "api_request", "model": "m-1", "duration_ms": 1500}
    tokens = {"input_tokens": 10, "output_tokens": 20, "cost_usd": 0.5}
    logger.emit(
        LogRecord(
            severity_number=SeverityNumber.INFO,
            body="claude_code.api_request",
            attributes={**event, **tokens},
        )
    )
    provider.shutdown()
    model = "agent=agt_py,model=m-1"
    check(
        url,
        "paceline_agent_tokens_total",
        {f"{model},type=input": 10, f"{model},type=output": 20},
    )
    check(url, "paceline_agent_cost_usd_total", {model: 0.5})
    check(url, "paceline_agent_api_request_seconds_sum", {f"{model},outcome=ok": 1.5})


def spans(url: str) -> None:
    exporter = OTLPSpanExporter(endpoint=f"{url}/v1/traces", compression=Compression.Gzip)
    provider = TracerProvider(resource=RESOURCE)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("tests")
    start = 1_000_000_000
    with tracer.start_as_current_span("invoke_agent planner") as run:
        run.set_attribute("gen_ai.operation.name", "invoke_agent")
        now = run.start_time
        for number, tool in enumerate(["search", "search", "deploy"]):
            span = tracer.start_span(f"execute_tool {tool}", start_time=now - start)
            span.set_attribute("gen_ai.operation.name", "execute_tool")
            span.set_attribute("gen_ai.tool.name", tool)
            # The second search is told twice, as by an instrumentation and by the agent.
            span.set_attribute("gen_ai.tool.call.id", f"call_{tool}")
            span.end(end_time=now - start + number * 1_000_000 + 2_000_000)
    provider.shutdown()
    with urllib.request.urlopen(f"{url}/api/performance") as answer:
        tools = {tool["tool"]: tool for tool in json.load(answer)["tools"]}
    assert set(tools) == {"search", "deploy"}, tools
    count = ask(url, "paceline_agent_run_seconds_count")
    assert count == {"agent=agt_py,outcome=ok": 1}, count


def main() -> None:
    url = sys.argv[1]
    metrics(url, {}, "cumulative", Compression.NoCompression)
    metrics(url, DELTA, "delta", Compression.Gzip)
    logs(url)
    spans(url)
    print("all steps passed")


main()
