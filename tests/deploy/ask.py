"""`python -m tests.deploy.ask URL QUESTION`: a person's browser in the network of a service.

Waits until the installation is ready, asks, signs in as the administrator that the standard input
tells, and prints as JSON what was seen.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass
from typing import Any

import httpx

from tests.stack.visitor import Visitor

READY_SECONDS = 180


@dataclass(frozen=True)
class Place:
    """All that a visitor wants to know of an installation."""

    url: str


def wait_until_ready(url: str) -> dict[str, Any]:
    deadline = time.monotonic() + READY_SECONDS
    while True:
        answer = httpx.get(f"{url}/readyz", timeout=20)
        if answer.status_code == 200 or time.monotonic() > deadline:
            health: dict[str, Any] = answer.json()
            return health
        time.sleep(0.3)


async def ask(visitor: Visitor, question: str) -> list[dict[str, Any]]:
    async with asyncio.timeout(120), visitor.socket() as socket:
        accepted = await socket.start_turn(question, thinking=False)
        return await socket.read_turn(accepted["turn"])


def sign_in(url: str, email: str, password: str) -> bool:
    with httpx.Client(base_url=url, follow_redirects=True, timeout=20) as client:
        client.get("/admin/login/")
        token = client.cookies["csrftoken"]
        form = {"username": email, "password": password, "csrfmiddlewaretoken": token}
        client.post("/admin/login/", data=form, headers={"Referer": f"{url}/admin/login/"})
        return "atelier_session" in client.cookies


def main() -> None:
    url, question = sys.argv[1:]
    who = json.load(sys.stdin)
    health = wait_until_ready(url)
    visitor = Visitor(Place(url))
    events = asyncio.run(ask(visitor, question))
    signed_in = sign_in(url, who["email"], who["password"])
    refused = sign_in(url, who["email"], who["password"] + "x")
    report = {"health": health, "events": events, "signed_in": [signed_in, refused]}
    sys.stdout.write(json.dumps(report))


if __name__ == "__main__":
    main()
