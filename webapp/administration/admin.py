"""People, what they may use, and the audit log, in the administration."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest

from webapp.accounts.models import Quota, User
from webapp.administration.audited import AuditedAdmin, ReadOnlyAdmin
from webapp.administration.models import AuditEntry
from webapp.administration.people_forms import AddPersonForm, ChangePersonForm

# Django's class takes no parameter when the program runs.
if TYPE_CHECKING:
    _Accounts = UserAdmin[User]
else:
    _Accounts = UserAdmin
RIGHTS = ("is_staff", "is_superuser")
# There are two kinds of administrators and no more; and Django's page of groups is not audited.
admin.site.unregister(Group)


class KindFilter(admin.SimpleListFilter):
    """Guests are many and tell little, so they are left out unless asked for."""

    title = "kind"
    parameter_name = "kind"

    def lookups(self, _request: HttpRequest, _admin: Any) -> list[tuple[str, str]]:
        """What may be chosen besides accounts."""
        return [("guests", "Guests"), ("all", "All")]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        """The people of the chosen kind."""
        if self.value() == "all":
            return queryset
        return queryset.filter(is_guest=self.value() == "guests")

    def choices(self, changelist: Any) -> Any:
        """The same, with accounts in the place of everything."""
        first, *rest = super().choices(changelist)
        yield {**first, "display": "Accounts"}
        yield from rest


@admin.register(User)
class PeopleAdmin(AuditedAdmin, _Accounts):
    """Nobody is deleted here: that would take everything along that they made. A person who may
    not come any more is made inactive."""

    form = ChangePersonForm
    add_form = AddPersonForm
    list_display = ("__str__", "name", "is_active", "is_staff", "created_at", "last_login")
    list_filter = (KindFilter, "is_staff", "is_active")
    search_fields = ("email", "name")
    ordering = ("-created_at",)
    filter_horizontal = ()
    readonly_fields = ("is_guest", "created_at", "last_login")
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        ("Rights", {"fields": ("is_active", *RIGHTS)}),
        ("Known since", {"fields": ("is_guest", "created_at", "last_login")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "password1", "password2")}),)
    add_form_template = None

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Who is no superuser makes none; a guest has no rights to be given."""
        fields = super().get_readonly_fields(request, obj)
        may_give = _is_superuser(request) and not (obj and obj.is_guest)
        return fields if may_give else (*fields, *RIGHTS)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Only a superuser changes a superuser, whose password would be as good as the right."""
        if obj is not None and obj.is_superuser and not _is_superuser(request):
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 (Django's signature)
        obj: User | None = None,  # noqa: ARG002
    ) -> bool:
        """Never."""
        return False


@admin.register(Quota)
class QuotaAdmin(AuditedAdmin):
    """How much one person, or everybody else, may use."""

    list_display = ("__str__", "turns_per_hour", "tokens_per_day")
    list_select_related = ("user",)
    raw_id_fields = ("user",)


@admin.register(AuditEntry)
class AuditAdmin(ReadOnlyAdmin):
    """What administrators did, the newest first."""

    list_display = ("at", "who_name", "action", "target", "value", "reason", "done", "outcome")
    list_filter = ("at", "action", "done")
    search_fields = ("who_name", "action", "target", "value", "reason")


def _is_superuser(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))
