"""Reading exports; every query names the owner."""

from uuid import UUID

from webapp.accounts.models import User
from webapp.core.errors import NotFound
from webapp.exports.models import Export


def get_export(*, owner: User, id: UUID) -> Export:
    """An export of this person. Raises NotFound."""
    export = Export.objects.filter(
        owner=owner, pk=id, version__artifact__conversation__deleted_at=None
    ).first()
    if export is None:
        raise NotFound
    return export
