"""The form by which an administrator signs in, with e-mail address and password."""

import math
from typing import Any

import structlog
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from redis.exceptions import RedisError

from engine.protocol import ERROR_INFO, ErrorCode
from webapp.accounts.models import User
from webapp.administration.sign_in_limit import SignInLimit
from webapp.core.redis import redis_client

log = structlog.get_logger(__name__)


class SignInForm(AdminAuthenticationForm):
    """Refuses without looking at the password when it was tried too often."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "E-mail address"

    def clean(self) -> dict[str, Any]:
        """The address and the password, and who that is. Raises ValidationError."""
        email = User.objects.normalize_email(self.cleaned_data.get("username"))
        if not email or not self.cleaned_data.get("password"):
            return self.cleaned_data
        self.cleaned_data["username"] = email
        address = self.request.META.get("REMOTE_ADDR", "") if self.request else ""
        try:
            limit = SignInLimit(redis_client())
            _refuse_too_many(limit.take_attempt(email, address))
            cleaned = super().clean()
            limit.forget(email, address)
        except RedisError as error:
            log.warning("sign_in_without_redis", error=type(error).__name__)
            raise ValidationError(ERROR_INFO[ErrorCode.SERVICE_UNAVAILABLE].sentence) from error
        return cleaned


def _refuse_too_many(seconds: int) -> None:
    if seconds:
        minutes = math.ceil(seconds / 60)
        log.warning("sign_in_refused", wait_seconds=seconds)
        raise ValidationError(
            f"Too many failed attempts; try again in {minutes} minute{'s' if minutes > 1 else ''}."
        )
