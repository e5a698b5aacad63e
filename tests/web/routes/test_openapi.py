"""The OpenAPI document: true to the handlers, valid, and held to by the running service."""

import asyncio
import sys
from pathlib import Path

from openapi_spec_validator import validate

from bridge.web.routes.openapi import OPERATIONS, document
from tests.bridges import Bridge

SCHEMATHESIS = Path(sys.executable).with_name("st")
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


async def test_it_is_served_without_a_key_and_is_valid(bridge: Bridge) -> None:
    answer = await bridge.get("/api/openapi.json", key=None)
    assert answer.status == 200
    validate(answer.json)


async def test_it_describes_every_call_of_the_api_and_nothing_else(bridge: Bridge) -> None:
    served = {
        (route.method.lower(), route.resource.canonical)
        for route in bridge.running.app.router.routes()
        if route.resource
        and route.resource.canonical.startswith(("/api/conferences", "/api/recordings"))
        and route.method != "OPTIONS"
    }
    assert {(operation.method, operation.path) for operation in OPERATIONS} == served
    assert {(m, path) for path, item in document()["paths"].items() for m in item} == served


async def test_the_running_service_keeps_to_it_whatever_is_sent(bridge: Bridge) -> None:
    fuzzer = await asyncio.create_subprocess_exec(
        *(SCHEMATHESIS, "run", f"{bridge.url}/api/openapi.json", "--header", f"x-access-token: {bridge.token}"),
        *("--checks", CHECKS, "--max-examples", "25", "--seed", "1", "--no-color"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=bridge.data,
    )
    said = (await fuzzer.communicate())[0].decode()
    assert fuzzer.returncode == 0, said
    assert bridge.token not in said.replace(f"x-access-token: {bridge.token}", "")
