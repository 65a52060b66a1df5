"""``/metrics`` for Prometheus: numbers only. Persons, texts, postings and topics stay out.

Every label has a fixed set of values, so that the series do not grow with what people write.
"""

import logging
import time
from bisect import bisect_left
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractContextManager
from functools import lru_cache
from itertools import accumulate

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.core.message import Incoming
from bot.errors import BotError, TryLater
from bot.ports import Channel
from bot.service import Service

_log = logging.getLogger(__name__)

_SERIES = 64
"""More than there are of any kind."""

_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


class _Stage:
    """How long one stage took: each time, by `_SECONDS`, and together."""

    __slots__ = ("counts", "seconds")

    def __init__(self) -> None:
        self.counts = [0] * (len(_SECONDS) + 1)
        self.seconds = 0.0

    def observe(self, seconds: float) -> None:
        self.counts[bisect_left(_SECONDS, seconds)] += 1
        self.seconds += seconds


class _Stages(Collector):
    """A histogram like the library's, for one thread: a fifth of the time, five times an update."""

    def __init__(self) -> None:
        self._stages: dict[str, _Stage] = {}

    def stage(self, name: str) -> _Stage:
        found = self._stages.get(name)
        if found is None:
            found = self._stages[name] = _Stage()
        return found

    def collect(self) -> Iterable[HistogramMetricFamily]:
        told = "Time per stage of handling an update"
        family = HistogramMetricFamily("faqbot_stage_seconds", told, labels=("stage",))
        bounds = [*map(floatToGoString, _SECONDS), "+Inf"]
        for name, stage in self._stages.items():
            buckets = list(zip(bounds, accumulate(stage.counts), strict=True))
            family.add_metric((name,), buckets, stage.seconds)
        return (family,)


class _Timer:
    """Observes how long its body took, whatever became of it."""

    __slots__ = ("_began", "_stage")

    def __init__(self, stage: _Stage) -> None:
        self._stage = stage

    def __enter__(self) -> None:
        self._began = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._stage.observe(time.perf_counter() - self._began)


class Metrics:
    """What is counted: a `bot.ports.Watch`, and the page that shows it."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        self._updates = Counter(
            "faqbot_updates",
            "Updates by what became of an attempt to handle them",
            ("channel", "outcome"),
            registry=registry,
        )
        self._decisions = Counter(
            "faqbot_decisions", "Questions by decision", ("decision",), registry=registry
        )
        self._stages = _Stages()
        registry.register(self._stages)
        self._sends = Counter(
            "faqbot_sends",
            "Replies by what became of sending them",
            ("channel", "outcome"),
            registry=registry,
        )
        self._queue = Gauge(
            "faqbot_queue", "Updates known and not yet taken", ("channel",), registry=registry
        )
        self._gaps = Gauge(
            "faqbot_open_gaps", "Questions that wait for the moderators", registry=registry
        )
        self._count_gaps: Callable[[], Awaitable[int]] | None = None
        # Looking a label up costs more than counting.
        self._decision = lru_cache(_SERIES)(self._decisions.labels)
        self._send = lru_cache(_SERIES)(self._sends.labels)
        self._update = lru_cache(_SERIES)(self._updates.labels)

    def stage(self, name: str) -> AbstractContextManager[None]:
        """See `bot.ports.Watch.stage`."""
        return _Timer(self._stages.stage(name))

    def decided(self, decision: str) -> None:
        """See `bot.ports.Watch.decided`."""
        self._decision(decision).inc()

    def sent(self, channel: str, outcome: str) -> None:
        """See `bot.ports.Watch.sent`."""
        self._send(channel, outcome).inc()

    def handled(self, channel: str, outcome: str) -> None:
        """An attempt at an update ended: ``handled``, ``owed``, ``failed``, or it is ``given_up``.

        A reply that could not go out now is ``owed``. A chat in which nobody is reached any more
        is ``gone``.
        """
        self._update(channel, outcome).inc()

    def watch_queue(self, channel: str, waiting: Callable[[], int]) -> None:
        """Show how many updates wait on a channel."""
        self._queue.labels(channel).set_function(waiting)

    def watch_gaps(self, count: Callable[[], Awaitable[int]]) -> None:
        """Show how many questions are open."""
        self._count_gaps = count

    def route(self) -> Route:
        """Where it is shown."""
        return Route("/metrics", self._show, methods=["GET"])

    async def _show(self, request: Request) -> Response:  # noqa: ARG002 - the shape of a route
        if self._count_gaps is not None:
            try:
                self._gaps.set(await self._count_gaps())
            except BotError as error:
                _log.warning("the open questions could not be counted: %s", error)
        return Response(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST)


class Counted:
    """A service whose updates are counted: what a channel is given instead of the service."""

    def __init__(self, service: Service, metrics: Metrics) -> None:
        self._service = service
        self._metrics = metrics

    async def receive(self, incoming: Incoming, channel: Channel) -> None:
        """See `bot.service.Service.receive`."""
        try:
            await self._service.receive(incoming, channel)
        except TryLater:
            self._metrics.handled(channel.name, "owed")
            raise
        except BaseException:
            self._metrics.handled(channel.name, "failed")
            raise
        self._metrics.handled(channel.name, "handled")
