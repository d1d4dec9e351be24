"""The base of all pages of rows: whatever is written there leaves an entry in the audit log."""

from typing import TYPE_CHECKING, Any

from django.contrib.admin import ModelAdmin
from django.db.models import Model, QuerySet
from django.forms import Form
from django.http import HttpRequest

from webapp.accounts.models import User
from webapp.administration.services import record_deed

_SECRET = "password"
# Django's class takes no parameter when the program runs.
if TYPE_CHECKING:
    _Rows = ModelAdmin[Any]
else:
    _Rows = ModelAdmin


class AuditedAdmin(_Rows):
    """Adds to Django's own log, which tells what, the audit log, which tells all of it."""

    actions_on_top = True
    list_per_page = 50
    show_full_result_count = False

    def construct_change_message(
        self,
        request: HttpRequest,  # noqa: ARG002 (Django's signature)
        form: Form,
        formsets: Any,  # noqa: ARG002
        add: bool = False,  # noqa: ARG002
    ) -> Any:
        """What was changed to what, as text; a secret is only named."""
        return "; ".join(_describe(name, form) for name in form.changed_data)

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """An object was added."""
        self._record(request, "add", obj, message)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """An object was changed."""
        self._record(request, "change", obj, message)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        """Objects are about to be deleted."""
        for row in queryset:
            self._record(request, "delete", row, "")
        return super().log_deletions(request, queryset)

    def _record(self, request: HttpRequest, verb: str, row: Model, message: Any) -> None:
        name = str(self.opts.verbose_name)
        assert isinstance(request.user, User)
        record_deed(
            who=request.user,
            action=f"{verb} {name}",
            target=f"{name} {row}",
            value=message if isinstance(message, str) else "",
        )


class ReadOnlyAdmin(AuditedAdmin):
    """Models that may be looked at and not be written."""

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Never."""
        return False

    def has_change_permission(
        self,
        request: HttpRequest,  # noqa: ARG002
        obj: Model | None = None,  # noqa: ARG002
    ) -> bool:
        """Never."""
        return False

    def has_delete_permission(
        self,
        request: HttpRequest,  # noqa: ARG002
        obj: Model | None = None,  # noqa: ARG002
    ) -> bool:
        """Never."""
        return False


def _describe(name: str, form: Form) -> str:
    if _SECRET in name:
        return name
    return f"{name} = {form.cleaned_data.get(name)}"
