"""The SQL console over HTTP: for engineers, on the folder that the runtime writes."""

from pathlib import Path

import httpx

from tests.support.api_ship import Ship, asked, problem_of
from vmshmi.config.loader import parse_project
from vmshmi.runtime.clock import SystemClock
from vmshmi.runtime.runtime_app import RuntimeOptions, build_runtime


async def test_an_engineer_asks_and_nobody_else(tmp_path: Path) -> None:
    project = parse_project(
        {
            "vmsproj": 1,
            "vessel": {"name": "MV Aurora"},
            "tags": [{"id": "me.rpm"}],
            "users": [{"name": "Chief", "role": "engineer"}, {"name": "Second", "role": "operator"}],
        }
    )
    runtime = build_runtime(project, RuntimeOptions(database=tmp_path))
    await runtime.start()
    try:
        async with asked(Ship(runtime, SystemClock())) as client:
            body = {"user": "Chief", "sql": "SELECT 1 AS one, 'a' AS text"}
            answer = await client.post("/sql", json=body)
            assert answer.status_code == 200, answer.text
            found = answer.json()
            assert (found["columns"], found["rows"], found["is_whole"]) == (["one", "text"], [[1, "a"]], True)
            problem_of(await client.post("/sql", json={**body, "user": "Second"}), 403, "role")
            problem_of(await client.post("/sql", json={**body, "user": "Nobody"}), 403, "role")
            refused = problem_of(await client.post("/sql", json={**body, "sql": "DROP VIEW history"}), 422, "sql")
            assert "DROP is refused" in refused["detail"]
            problem_of(await client.post("/sql", json={"user": "Chief"}), 422, "invalid")
    finally:
        await runtime.stop()


async def test_without_a_name_or_without_a_folder_there_is_no_answer(ship: Ship, api: httpx.AsyncClient) -> None:
    del ship
    problem_of(await api.post("/sql", json={"sql": "SELECT 1"}), 403, "role")
