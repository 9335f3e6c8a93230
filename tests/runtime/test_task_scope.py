"""A dead task is told, never lost."""

import asyncio

from vmshmi.runtime.task_scope import TaskScope


async def test_a_task_that_dies_is_reported_with_its_name() -> None:
    deaths: list[tuple[str, BaseException]] = []
    scope = TaskScope(lambda name, error: deaths.append((name, error)))

    async def fail() -> None:
        raise RuntimeError("broken")

    scope.spawn(fail(), "poll:plc1")
    for _ in range(3):
        await asyncio.sleep(0)
    assert [(name, str(error)) for name, error in deaths] == [("poll:plc1", "broken")]


async def test_closing_ends_every_task_without_a_report() -> None:
    deaths: list[str] = []
    scope = TaskScope(lambda name, _: deaths.append(name))
    ended: list[str] = []

    async def forever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("yes")

    scope.spawn(forever(), "one")
    scope.spawn(forever(), "two")
    await asyncio.sleep(0)
    await scope.close()
    assert (ended, deaths) == (["yes", "yes"], [])
