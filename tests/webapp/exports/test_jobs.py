"""Exports as rows: one claim, one end, a sentence for every fault."""

import asyncio
from datetime import timedelta
from typing import Never

import pytest
from django.utils import timezone
from redis import Redis

from engine.protocol import ErrorCode
from tests.database import closing_connections
from tests.webapp.exports.conftest import LoopWithoutBrowser, make_deck, make_version
from webapp.accounts.models import User
from webapp.artifacts.models import ArtifactVersion
from webapp.core.errors import AppError, Conflict, InvalidInput, NotFound
from webapp.core.events import ArtifactKind
from webapp.exports import runner
from webapp.exports.contents import ExportedFile, ExportFailed, Progress
from webapp.exports.formats import HTML_FILE, ExportFormat, ExportOptions
from webapp.exports.leases import claim_export, finish_export, keep_lease
from webapp.exports.models import Export, ExportState
from webapp.exports.reconciler import reconcile_exports
from webapp.exports.runner import run_export
from webapp.exports.services import MAX_KEPT, MAX_OPEN, cancel_export, start_export
from webapp.exports.sources import read_source
from webapp.exports.storage import file_path, keep_file
from webapp.rendering.names import RENDER_QUEUE

LONG_AGO = timedelta(minutes=30)


def begin(
    owner: User, version: ArtifactVersion, format: ExportFormat = ExportFormat.HTML
) -> Export:
    return start_export(
        owner=owner,
        artifact=version.artifact_id,
        number=version.number,
        format=format,
        options=ExportOptions(),
    )


@pytest.fixture
def page(alice: User) -> ArtifactVersion:
    return make_version(alice, ArtifactKind.HTML, "<h1>Hello</h1>")


def test_an_export_runs_from_the_doorbell_to_the_file(
    alice: User, page: ArtifactVersion, loop: LoopWithoutBrowser, redis: Redis
) -> None:
    started = begin(alice, page)
    assert redis.llen(RENDER_QUEUE) == 1
    run_export(started.pk, loop)
    done = Export.objects.get()
    assert (done.state, done.file_name) == (ExportState.DONE, "spring-fair.html")
    assert file_path(done.pk).read_text("utf-8") == "<h1>Hello</h1>"
    assert done.file_bytes == 14
    run_export(started.pk, loop)
    assert Export.objects.get().attempt == 1, "a doubled message does nothing"


def test_a_deck_is_read_with_notes_and_sources(alice: User) -> None:
    source = read_source(make_deck(alice, "<h1>One</h1>", "<h1>Two</h1>"))
    assert [page.title for page in source.pages] == ["Page 1", "Page 2"]
    assert "<h1>Two</h1>" in source.pages[1].document
    assert source.pages[0].notes == "Smile.\n\nSources:\nSurvey, 2024"
    assert (source.width, source.height) == (1280, 720)


def test_what_cannot_be_exported_is_refused_in_a_sentence(
    alice: User, bob: User, page: ArtifactVersion
) -> None:
    with pytest.raises(InvalidInput, match="html, zip, png, pdf"):
        begin(alice, page, ExportFormat.PPTX)
    with pytest.raises(InvalidInput, match="no pages"):
        begin(alice, make_deck(alice), ExportFormat.PDF)
    with pytest.raises(NotFound):
        begin(bob, page)
    assert not Export.objects.exists()


def test_one_person_cannot_fill_the_queue(alice: User, bob: User, page: ArtifactVersion) -> None:
    for _ in range(MAX_OPEN):
        begin(alice, page)
    with pytest.raises(Conflict, match="still running") as refused:
        begin(alice, page)
    assert refused.value.status == 429
    begin(bob, make_version(bob, ArtifactKind.HTML, "<p>Mine</p>"))


def test_a_cancelled_export_stops_and_leaves_nothing(
    alice: User, page: ArtifactVersion, loop: LoopWithoutBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = begin(alice, page)

    async def endless(*_: object) -> ExportedFile:
        await asyncio.to_thread(closing_connections(cancel_export), owner=alice, id=started.pk)
        await asyncio.sleep(60)
        raise AssertionError

    monkeypatch.setattr(runner, "export", endless)
    run_export(started.pk, loop, look_seconds=0.02)
    assert Export.objects.get().state == ExportState.CANCELLED
    assert loop.submitted[0].cancelled()
    assert not file_path(started.pk).exists()


def test_a_finished_file_of_a_cancelled_export_is_thrown_away(
    alice: User, page: ArtifactVersion
) -> None:
    claimed = claim_export(begin(alice, page).pk)
    assert claimed is not None
    cancel_export(owner=alice, id=claimed.pk)
    assert not finish_export(claimed, ExportedFile("a.html", HTML_FILE, b"a"), Progress())
    assert not file_path(claimed.pk).exists()
    assert not keep_lease(claimed, Progress())


@pytest.mark.parametrize(
    ("fault", "code", "sentence"),
    [
        (ExportFailed("Too large; choose less."), ErrorCode.SERVICE_UNAVAILABLE, "Too large"),
        (RuntimeError("a bug"), ErrorCode.INTERNAL_ERROR, "Something went wrong"),
        (OSError(28, "No space left on device"), ErrorCode.STORAGE_FULL, "No space left"),
    ],
)
def test_every_fault_ends_in_a_code_and_a_sentence(
    alice: User,
    page: ArtifactVersion,
    loop: LoopWithoutBrowser,
    monkeypatch: pytest.MonkeyPatch,
    fault: Exception,
    code: ErrorCode,
    sentence: str,
) -> None:
    async def broken(*_: object) -> Never:
        raise fault

    monkeypatch.setattr(runner, "export", broken)
    run_export(begin(alice, page).pk, loop)
    failed = Export.objects.get()
    assert (failed.state, failed.error_code) == (ExportState.FAILED, code)
    assert sentence in failed.error_message


def test_a_lost_doorbell_is_rung_again_once(
    alice: User, page: ArtifactVersion, redis: Redis
) -> None:
    started = begin(alice, page)
    redis.delete(RENDER_QUEUE)
    reconcile_exports()
    assert redis.llen(RENDER_QUEUE) == 0, "a fresh one is left alone"
    Export.objects.filter(pk=started.pk).update(rung_at=timezone.now() - LONG_AGO)
    reconcile_exports()
    reconcile_exports()
    assert redis.llen(RENDER_QUEUE) == 1


def test_an_export_whose_worker_died_is_tried_once_more_and_then_fails(
    alice: User, page: ArtifactVersion, redis: Redis, loop: LoopWithoutBrowser
) -> None:
    started = begin(alice, page)
    redis.delete(RENDER_QUEUE)
    past = timezone.now() - LONG_AGO
    lost = {"state": ExportState.RUNNING, "lease_until": past, "rung_at": past}
    Export.objects.filter(pk=started.pk).update(attempt=2, **lost)
    reconcile_exports()
    ended = Export.objects.get()
    assert (ended.state, ended.error_code) == (ExportState.FAILED, ErrorCode.ATTEMPTS_EXHAUSTED)
    Export.objects.filter(pk=started.pk).update(attempt=1, error_code="", **lost)
    reconcile_exports()
    assert redis.llen(RENDER_QUEUE) == 1
    run_export(started.pk, loop)
    assert Export.objects.get().state == ExportState.DONE


def test_an_export_that_no_worker_comes_for_says_so(alice: User, page: ArtifactVersion) -> None:
    begin(alice, page)
    Export.objects.update(created_at=timezone.now() - LONG_AGO)
    reconcile_exports()
    ended = Export.objects.get()
    assert ended.state == ExportState.FAILED
    assert "ask the administrator" in ended.error_message


def test_files_go_with_their_time_and_with_their_rows(
    alice: User, page: ArtifactVersion, loop: LoopWithoutBrowser
) -> None:
    old, kept = begin(alice, page), begin(alice, page)
    for export in (old, kept):
        run_export(export.pk, loop)
    Export.objects.filter(pk=old.pk).update(expires_at=timezone.now() - LONG_AGO)
    reconcile_exports()
    assert [export.pk for export in Export.objects.all()] == [kept.pk]
    assert (file_path(old.pk).exists(), file_path(kept.pk).exists()) == (False, True)
    Export.objects.all().delete()
    reconcile_exports()
    assert not file_path(kept.pk).exists()


def test_a_person_keeps_the_newest_files_only(alice: User, page: ArtifactVersion) -> None:
    for _ in range(MAX_KEPT + 1):
        export = begin(alice, page)
        Export.objects.filter(pk=export.pk).update(state=ExportState.DONE)
        keep_file(export.pk, b"x")
    begin(alice, page)
    assert Export.objects.filter(state=ExportState.DONE).count() == MAX_KEPT


def test_a_refusal_is_an_error_of_the_tree(alice: User, page: ArtifactVersion) -> None:
    with pytest.raises(AppError):
        cancel_export(owner=alice, id=page.artifact_id)
