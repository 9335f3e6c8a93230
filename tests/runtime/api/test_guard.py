"""Who may use the API: a browser on this machine reaches it whichever page it shows."""

import logging

import httpx
import pytest
from fastapi import FastAPI

from tests.support.api_ship import LOW, Ship, asked, problem_of
from vmshmi.runtime.api.app import create_app


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8765", "localhost:8765", "localhost", "LOCALHOST:1", "[::1]:8765", "192.168.1.20:8765"]
)
async def test_this_machines_names_and_any_address_are_served(api: httpx.AsyncClient, host: str) -> None:
    assert (await api.get("/health", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8765", "localhost.evil.example", "", "127.0.0.1.nip.io"]
)
async def test_a_name_that_points_here_but_is_not_ours_is_refused(api: httpx.AsyncClient, host: str) -> None:
    problem_of(await api.get("/health", headers={"Host": host}), 421, "foreign_host")


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "http://127.0.0.1:9000", "http://localhost:8765", "null", "file://", "http://[", ""],
)
async def test_a_page_of_another_site_cannot_acknowledge(ship: Ship, api: httpx.AsyncClient, origin: str) -> None:
    await ship.raise_low()
    response = await api.post(f"/alarms/{LOW}/ack", json={"user": "mallory"}, headers={"Origin": origin})
    problem_of(response, 403, "foreign_origin")
    assert ship.runtime.alarms.record(LOW).acknowledged is False


async def test_a_page_of_another_site_cannot_even_ask(api: httpx.AsyncClient) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    problem_of(await api.get("/alarms", headers=headers), 403, "foreign_origin")


async def test_our_own_page_may_acknowledge(ship: Ship, api: httpx.AsyncClient) -> None:
    await ship.raise_low()
    headers = {"Origin": "http://127.0.0.1:8765", "Sec-Fetch-Site": "same-origin"}
    assert (await api.post(f"/alarms/{LOW}/ack", json={"user": "ana"}, headers=headers)).status_code == 200


async def test_a_default_port_may_be_written_or_not(ship: Ship) -> None:
    async with asked(ship, "http://localhost") as client:
        assert (await client.get("/health", headers={"Origin": "http://localhost:80"})).status_code == 200


async def test_a_request_that_is_too_large_is_refused_before_it_is_read(api: httpx.AsyncClient) -> None:
    body = b'{"user":"' + b"a" * 70_000 + b'"}'
    headers = {"Content-Type": "application/json"}
    problem_of(await api.post(f"/alarms/{LOW}/ack", content=body, headers=headers), 413, "too_large")

    async def unannounced():
        for _ in range(100):
            yield b" " * 1000

    problem_of(await api.post(f"/alarms/{LOW}/ack", content=unannounced(), headers=headers), 413, "too_large")


async def test_unknown_paths_and_methods_are_problems(api: httpx.AsyncClient) -> None:
    problem_of(await api.get("/nope"), 404, "not_found")
    problem_of(await api.post("/nope", json={"user": "ana", "pin": "1"}), 404, "not_found")
    problem = await api.delete("/tags")
    problem_of(problem, 405, "method_not_allowed")
    assert problem.headers["allow"] == "GET"


async def test_an_error_of_the_program_is_told_by_number_and_logged_whole(
    ship: Ship, caplog: pytest.LogCaptureFixture
) -> None:
    app: FastAPI = create_app(ship.runtime)

    async def broken() -> None:
        raise ZeroDivisionError("secret detail")

    app.add_api_route("/broken", broken)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
        response = await client.get("/broken")
    problem = problem_of(response, 500, "internal")
    assert "secret" not in response.text
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.exc_info is not None
    number = problem["detail"].split("number ")[1].split()[0]
    assert number in record.getMessage()


async def test_answers_tell_browsers_to_be_careful(api: httpx.AsyncClient) -> None:
    headers = (await api.get("/health")).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert "access-control-allow-origin" not in headers


async def test_the_page_of_the_api_needs_no_network(api: httpx.AsyncClient) -> None:
    assert (await api.get("/")).headers["location"] == "/docs"
    page = await api.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    for word in ("http://", "https://", "cdn"):
        assert word not in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert policy.count("'sha256-") == 2


async def test_openapi_describes_every_promised_endpoint(api: httpx.AsyncClient) -> None:
    described = (await api.get("/openapi.json")).json()
    assert "HTTPValidationError" not in described["components"]["schemas"], "every error is a problem"
    paths = described["paths"]
    promised = {
        "/health": "get",
        "/project": "get",
        "/tags": "get",
        "/tags/{tag_id}": "get",
        "/tags/{tag_id}/history": "get",
        "/alarms": "get",
        "/alarms/history": "get",
        "/alarms/{alarm_id}/ack": "post",
        "/alarms/silence": "post",
        "/alarms/{alarm_id}/shelve": "post",
        "/alarms/{alarm_id}/unshelve": "post",
        "/alarms/{alarm_id}/out-of-service": "post",
        "/alarms/{alarm_id}/in-service": "post",
    }
    assert {path: method for path, method in promised.items() if method in paths.get(path, {})} == promised
