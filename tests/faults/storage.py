"""A database that is busy, restarts, or has no room."""

import asyncio
import contextlib
import sqlite3
import time

from tests.faults.base import Fault, Interruption, Site
from tests.faults.stage import LONG_QUESTIONS, Stage

LOCK_SECONDS = 3.0


class DatabaseLocked(Interruption):
    """Somebody else holds the write lock of SQLite for three seconds."""

    name = "database-locked"
    promise = "Writers wait; nobody sees more than a pause."

    def harm(self, stage: Stage) -> None:
        """Hold the lock."""
        path = stage.plant.home / "atelier.sqlite3"
        with contextlib.closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            time.sleep(LOCK_SECONDS)
            other.execute("ROLLBACK")


class PostgresRestarted(Interruption):
    """PostgreSQL is restarted without waiting for anybody."""

    name = "postgresql-restarted"
    promise = "Connections are made again, and every answer is finished."
    site = Site.POSTGRESQL

    def harm(self, stage: Stage) -> None:
        """Restart it, with every connection broken."""
        stage.plant.restart_database()


class DiskFull(Fault):
    """The disk of the data folder is filled to the last byte in mid-answer."""

    name = "disk-full"
    promise = "Reading goes on, new messages are refused with a reason; with room, all goes on."
    site = Site.SMALL_DISK

    async def run(self, stage: Stage) -> None:
        """Fill it, ask, read, make room."""
        first, second = await stage.ask_some(2)
        await stage.reach_share(first, stage.random.uniform(0.02, 0.9))
        await stage.strike(stage.plant.fill_disk)
        await asyncio.sleep(stage.random.uniform(1.0, 4.0))
        await self._expect_reading_only(stage, first.conversation)
        await asyncio.to_thread(stage.plant.make_room)
        await stage.expect_end([first, second])
        await stage.expect_end([await stage.ask(LONG_QUESTIONS[0])])

    async def _expect_reading_only(self, stage: Stage, conversation: str) -> None:
        async with asyncio.timeout(30), stage.visitor.socket() as socket:
            refusal = await socket.start_turn("Hello")
        if refusal.get("code") != "storage_full":
            stage.faults.append(f"a new message was answered with {refusal}")
        path = f"/api/conversations/{conversation}"
        read = await asyncio.to_thread(stage.visitor.http.get, path)
        if read.status_code != 200:
            stage.faults.append(f"reading a chat was answered with {read.status_code}")
        session = await asyncio.to_thread(stage.visitor.http.get, "/api/session")
        if not session.json().get("storage_full"):
            stage.faults.append("the page is not told that the disk is full")
