"""Values as the database in use wants them, for the few statements that are written out."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection


def id_parameter(id: UUID) -> Any:
    """An id as a parameter of a statement."""
    return id if connection.features.has_native_uuid_field else id.hex


def time_parameter(at: datetime) -> Any:
    """A moment as a parameter of a statement."""
    return connection.ops.adapt_datetimefield_value(at)
