"""Publications in the administration: looked at, taken down with a reason, and put back."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html

from webapp.accounts.models import User
from webapp.administration.audited import ReadOnlyAdmin
from webapp.core.errors import AppError
from webapp.core.origins import artifact_origin
from webapp.publications import services
from webapp.publications.models import Publication

CONFIRMED = "confirmed"
FIELDS = ("owner", "visibility", "created_at", "taken_down_at", "reason")


class ReasonForm(forms.Form):
    """Why, for the record."""

    reason = forms.CharField(max_length=500)


@admin.register(Publication)
class PublicationAdmin(ReadOnlyAdmin):
    """What is published. Everything that is done here asks for a reason first."""

    list_display = ("title", "owner", "visibility", "created_at", "taken_down_at", "reason")
    list_filter = ("visibility", ("taken_down_at", admin.EmptyFieldListFilter))
    list_select_related = ("owner", "artifact", "version")
    search_fields = ("slug", "artifact__title", "owner__email", "reason")
    ordering = ("-created_at",)
    actions = ("take_down", "put_back")
    actions_selection_counter = False

    @admin.display(ordering="artifact__title")
    def title(self, row: Publication) -> str:
        """What it is called, or its address where it has no name."""
        return row.version.title or row.artifact.title or row.slug

    def get_fields(self, request: HttpRequest, obj: Publication | None = None) -> Any:  # noqa: ARG002
        """The row, and where it is seen until it is taken down."""
        origin = artifact_origin(request)

        def link(row: Publication) -> str:
            address = f"{origin}/p/{row.slug}"
            return format_html('<a href="{0}" rel="noopener noreferrer">{0}</a>', address)

        return ("title", link, *FIELDS)

    @admin.action(permissions=["moderate"], description="Take down…")
    def take_down(
        self, request: HttpRequest, queryset: QuerySet[Publication]
    ) -> HttpResponse | None:
        """The links are dead at once."""
        return self._ask_and_do(request, queryset, "take_down", "Take down")

    @admin.action(permissions=["moderate"], description="Put back…")
    def put_back(
        self, request: HttpRequest, queryset: QuerySet[Publication]
    ) -> HttpResponse | None:
        """Takes takedowns back."""
        return self._ask_and_do(request, queryset, "put_back", "Put back")

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        """Whoever may change publications in Django's sense."""
        return bool(request.user.has_perm("publications.change_publication"))

    def _ask_and_do(
        self, request: HttpRequest, queryset: QuerySet[Publication], action: str, verb: str
    ) -> HttpResponse | None:
        form = ReasonForm(request.POST if CONFIRMED in request.POST else None)
        if not form.is_valid():
            context: dict[str, Any] = {
                **self.admin_site.each_context(request),
                "title": f"{verb}?",
                "verb": verb,
                "action": action,
                "confirmed": CONFIRMED,
                "rows": queryset,
                "form": form,
                "opts": self.opts,
            }
            return TemplateResponse(request, "admin/moderate.html", context)
        done = sum(self._do(request, row, action, form.cleaned_data["reason"]) for row in queryset)
        self.message_user(request, f"{verb}: {done} of {len(queryset)}.", messages.SUCCESS)
        return None

    def _do(self, request: HttpRequest, row: Publication, action: str, reason: str) -> bool:
        """Whether it was done; a refusal is told."""
        assert isinstance(request.user, User)
        act = services.take_down if action == "take_down" else services.put_back
        try:
            return act(slug=row.slug, reason=reason, by=request.user) is not None
        except AppError as error:
            self.message_user(request, f"{row.slug}: {error.message}", messages.ERROR)
            return False
