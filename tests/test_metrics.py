"""What `/metrics` says, as Prometheus reads it."""

import asyncio
import time

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.web.metrics import Metrics
from bot.web.server import listening, serve


async def shown(watch: Metrics) -> dict[tuple[str, str], float]:
    """Samples of the stages by name and bound."""
    stop, where = asyncio.Event(), listening("127.0.0.1:0")
    address = "http://{}:{}/metrics".format(*where.getsockname())
    serving = asyncio.create_task(serve([watch.route()], where, stop))
    async with aiohttp.ClientSession() as client, client.get(address) as answer:
        page = await answer.text()
    stop.set()
    await serving
    return {
        (sample.name, sample.labels.get("le", "")): sample.value
        for family in text_string_to_metric_families(page)
        if family.name == "faqbot_stage_seconds"
        for sample in family.samples
    }


async def test_stages_are_a_histogram(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([0.0, 0.001, 0.0, 0.0011, 0.0, 60.0])
    monkeypatch.setattr(time, "perf_counter", lambda: next(times))
    watch = Metrics()
    for _ in range(3):
        with watch.stage("send"):
            pass
    monkeypatch.undo()

    found = await shown(watch)

    assert found["faqbot_stage_seconds_bucket", "0.001"] == 1  # the bound itself is within
    assert found["faqbot_stage_seconds_bucket", "0.002"] == 2
    assert found["faqbot_stage_seconds_bucket", "10.0"] == 2
    assert found["faqbot_stage_seconds_bucket", "+Inf"] == 3
    assert found["faqbot_stage_seconds_count", ""] == 3
    assert found["faqbot_stage_seconds_sum", ""] == pytest.approx(60.0021)


async def test_a_stage_that_fails_is_timed_as_well() -> None:
    watch = Metrics()
    with pytest.raises(ValueError, match="no"), watch.stage("keep"):
        raise ValueError("no")

    assert (await shown(watch))["faqbot_stage_seconds_count", ""] == 1


async def test_before_anything_happened_there_is_nothing_to_show() -> None:
    assert await shown(Metrics()) == {}
