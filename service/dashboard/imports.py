"""Comments of another system, from a file that an owner uploads: a dry run, the import, its report; and the export.

The file is written to the home folder while it arrives (`service/server/uploads.py`), and read by a worker.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from flask import Request, Response, g, make_response, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from moderation.errors import Invalid, NotFound
from moderation.exports.formats import FORMATS
from moderation.ids import new_id
from moderation.imports import upload_admin
from moderation.imports.items import SENTENCES
from moderation.imports.kinds import KINDS
from moderation.imports.report import Outcome
from moderation.imports.uploads import MAX_BYTES, Upload, data_path, folder, report_path
from moderation.messages import N_, Message
from moderation.store import UnitOfWork
from service.dashboard.blueprint import bp
from service.dashboard.session import actor
from service.dashboard.settings import check_owner, saved, settings_page
from service.http.errors import TooLarge
from service.http.language import _
from service.resources import resources

SECTION = "show_imports"
RESERVE_BYTES = 1 << 30
"""What an upload leaves free on the disk, for the comments that are in it."""

REFRESH_S = 5

KIND_NAMES = {
    "disqus": "Disqus",
    "wordpress": "WordPress",
    "isso": "Isso",
    "remark42": "Remark42",
    "comentario": "Comentario, Commento",
    "artalk": "Artalk",
    "waline": "Waline",
    "cusdis": "Cusdis",
    "rejoinder": "Rejoinder",
}

OUTCOMES = {
    Outcome.IMPORTED: N_("Imported"),
    Outcome.ALREADY_THERE: N_("Imported before, and left as they are"),
    Outcome.ATTACHED: N_("Replies that came before their parents"),
    Outcome.UNATTACHED: N_("Replies without their parents"),
    Outcome.SKIPPED: N_("Left out"),
    Outcome.REFUSED: N_("Refused"),
}

STATUSES = {
    "waiting": N_("waiting for a worker"),
    "running": N_("being read"),
    "done": N_("read to its end"),
    "failed": N_("failed"),
    "cancelled": N_("cancelled"),
}

_TOO_LARGE = N_("A file may have %(gib)s GiB.")
_FULL = N_("there is not enough room on the server's disk for this file.")


class UploadRequest(Request):
    """A request in which the file of an upload goes to the home folder, and nowhere else."""

    def _get_file_stream(self, *args: Any, **options: Any) -> IO[bytes]:
        if self.endpoint == "dashboard.upload_import":
            return _opened_file()
        return super()._get_file_stream(*args, **options)


@bp.before_app_request
def allow_large_file() -> None:
    """Let the one form with a file be as large as a file may be. Raises TooLarge."""
    if request.endpoint == "dashboard.upload_import":
        request.max_content_length = MAX_BYTES
        if (request.content_length or 0) > MAX_BYTES:
            raise TooLarge(Message(_TOO_LARGE, {"gib": MAX_BYTES >> 30}))


@bp.teardown_request
def delete_refused_file(error: BaseException | None = None) -> None:
    """Delete a file of which nothing became."""
    if path := g.pop("upload_path", None):
        path.unlink(missing_ok=True)


@bp.get("/sites/<site_id>/imports")
def show_imports(site_id: str) -> ResponseReturnValue:
    """The last files with what became of them, the form for another one, and the export."""
    check_owner(site_id)
    return _page(site_id)


@bp.post("/sites/<site_id>/imports")
def upload_import(site_id: str) -> ResponseReturnValue:
    """Take a file; a dry run of it begins."""
    check_owner(site_id)
    try:
        upload = _uploaded(site_id)
        resources().store.write(lambda uow: upload_admin.add(uow, upload, at=upload.created_at))
    except Invalid as problem:
        return _page(site_id, problem), 422
    g.pop("upload_path")  # it is needed now
    return saved(SECTION, site_id, "uploaded")


@bp.post("/sites/<site_id>/imports/<upload_id>/begin")
def begin_import(site_id: str, upload_id: str) -> ResponseReturnValue:
    """Import the file that was tried."""
    return _done(site_id, upload_id, "import_begun", upload_admin.begin_import)


@bp.post("/sites/<site_id>/imports/<upload_id>/cancel")
def cancel_import(site_id: str, upload_id: str) -> ResponseReturnValue:
    """Stop reading the file; what was imported stays."""
    return _done(site_id, upload_id, "import_cancelled", upload_admin.cancel)


@bp.post("/sites/<site_id>/imports/<upload_id>/delete")
def forget_import(site_id: str, upload_id: str) -> ResponseReturnValue:
    """Delete the file and its report."""
    answer = _done(site_id, upload_id, "import_forgotten", upload_admin.forget)
    if not isinstance(answer, tuple):
        for path in (data_path, report_path):
            path(resources().settings.home, upload_id).unlink(missing_ok=True)
    return answer


@bp.get("/sites/<site_id>/imports/<upload_id>/report")
def download_report(site_id: str, upload_id: str) -> Response:
    """The rows that were not simply imported, a line of JSON for each. It has no text, name or address in it."""
    check_owner(site_id)
    with resources().store.read() as uow:
        upload = uow.uploads.get(site_id, upload_id)
    path = report_path(resources().settings.home, upload.id)
    if not path.is_file():
        raise NotFound("upload", upload_id)
    response = Response(stream_with_context(_lines(path)), mimetype="application/x-ndjson")
    response.headers["Content-Disposition"] = f'attachment; filename="{upload.kind}-report.jsonl"'
    return response


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(1 << 16):
            yield chunk


def _page(site_id: str, problem: Invalid | None = None) -> Response:
    with resources().store.read() as uow:
        uploads = uow.uploads.all(site_id)
    is_busy = any(each.status.is_active for each in uploads)
    page = settings_page(
        SECTION,
        site_id,
        problem=problem,
        uploads=uploads,
        is_busy=is_busy,
        kinds={kind: KIND_NAMES[kind] for kind in KINDS},
        outcomes={outcome.value: _(words) for outcome, words in OUTCOMES.items()},
        statuses={status: _(words) for status, words in STATUSES.items()},
        sentences=SENTENCES,
        formats=list(FORMATS),
        export_url=url_for("export_site", site_id=site_id),
        gib=MAX_BYTES >> 30,
    )
    response = make_response(page)
    if is_busy:
        response.headers["Refresh"] = str(REFRESH_S)
    return response


def _done(site_id: str, upload_id: str, said: str, work: Any) -> ResponseReturnValue:
    check_owner(site_id)
    by_id, at = actor().id, resources().now()

    def change(uow: UnitOfWork) -> None:
        work(uow, site_id, upload_id, by_id=by_id, at=at)

    try:
        resources().store.write(change)
    except Invalid as problem:
        return _page(site_id, problem), 422
    return saved(SECTION, site_id, said)


def _opened_file() -> IO[bytes]:
    """Where the file is written while it arrives. Called while the form is read, so nobody else gets here."""
    check_owner((request.view_args or {})["site_id"])
    home = folder(resources().settings.home)
    if shutil.disk_usage(home).free - (request.content_length or 0) < RESERVE_BYTES:
        raise Invalid("file", Message(_FULL))
    path = home / f"{new_id('imp', at=resources().now())}.part"
    file = open(path, "x+b", opener=lambda name, flags: os.open(name, flags, 0o600))  # noqa: SIM115 - Werkzeug closes it
    g.upload_path = path
    return file


def _uploaded(site_id: str) -> Upload:
    """What was uploaded, complete on disk under the name of its id. Raises Invalid."""
    form, file, path = request.form, request.files.get("file"), g.get("upload_path")
    addresses, source = form.get("addresses", "").strip(), form.get("source", "").strip()
    upload_admin.checked_options(form.get("kind", ""), source, addresses)
    if file is None or path is None or not file.filename:
        raise Invalid("file", Message(N_("choose the file to import.")))
    file.stream.flush()
    os.fsync(file.stream.fileno())
    at = resources().now()
    upload = Upload(
        id=path.stem,
        site_id=site_id,
        kind=form["kind"],
        source=source,
        addresses=addresses,
        keeps_rejected="keeps_rejected" in form,
        size=path.stat().st_size,
        by_id=actor().id,
        created_at=at,
    )
    g.upload_path = path.rename(data_path(resources().settings.home, upload.id))
    return upload
