"""The administration's site: Django's, under our policy and with our pages beside its own.

Django's pages load scripts from files by name and have no inline code, so they need neither a nonce
nor `strict-dynamic`. They do need `innerHTML` (jQuery), so Trusted Types are off, on these pages
only. No `eval` and no inline code is allowed here either.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from webapp.administration.sign_in import SignInForm

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
_under_policy = csp_replace(
    {"script-src": [SELF], "require-trusted-types-for": None, "trusted-types": None}
)


@dataclass(frozen=True, slots=True)
class SitePage:
    """A page of ours that the site's index names."""

    name: str
    path: str


class AdministrationSite(AdminSite):
    """Where administrators work; every room registers what it has."""

    site_title = "Atelier"
    site_header = "Atelier"
    index_title = "Administration"
    login_form = SignInForm

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self._pages: list[SitePage] = []
        self._find_fonts: Callable[[], str] = str

    def add_page(self, page: SitePage) -> None:
        """Names a page of ours in the index and at the side."""
        self._pages.append(page)

    def take_fonts(self, find: Callable[[], str]) -> None:
        """Where a style sheet with the app's fonts is: an address, or empty where there is none."""
        self._find_fonts = find

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What every page is given."""
        return {**super().each_context(request), "fonts": self._find_fonts()}

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """The view for administrators only, under the site's policy."""
        return cast("View", _under_policy(super().admin_view(view, cacheable)))

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page for signing in."""
        page = cast("Callable[..., HttpResponse]", _under_policy(super().login))
        return page(request, extra_context)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """What there is, our own pages first."""
        apps: list[Any] = super().get_app_list(request, app_label)
        return apps if app_label else [self._describe_pages(), *apps]

    def _describe_pages(self) -> dict[str, Any]:
        """Our pages, in the shape in which Django tells of a room and its models."""
        pages = [
            {"name": page.name, "object_name": page.name, "perms": {"view": True},
             "admin_url": page.path, "add_url": None, "view_only": True}
            for page in self._pages
        ]  # fmt: skip
        return {
            "name": "Now",
            "app_label": "now",
            "app_url": "#",
            "has_module_perms": True,
            "models": pages,
        }
