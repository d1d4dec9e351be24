"""The user: a person with an account, or a guest who may become one; and how much each may use."""

from typing import Any, ClassVar
from uuid import UUID, uuid4

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Coalesce


class UserManager(BaseUserManager["User"]):
    """Makes users; a guest has neither an email address nor a password."""

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """The address as it is kept and looked up: nobody has two that differ in case only."""
        return super().normalize_email(email).strip().lower()

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person with an account."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """An administrator."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def create_guest(self) -> "User":
        """A person without an account."""
        user = self.model(email=None, name="Guest", is_guest=True)
        user.set_unusable_password()
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Everything made in Atelier belongs to exactly one of these rows."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    email = models.EmailField(unique=True, null=True, blank=True)
    name = models.CharField(max_length=100, blank=True)
    is_guest = models.BooleanField(default=False)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.email or f"{self.name} {self.id}"


class Quota(models.Model):
    """How much a person may use; without a `user`, how much everybody may who has none of their
    own. None is no limit. An hour and a day are the last 60 minutes and the last 24 hours."""

    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="quotas",
        help_text="Empty: everybody who has no quota of their own, guests too.",
    )
    turns_per_hour = models.PositiveIntegerField(
        null=True, blank=True, help_text="Answers that may be begun in an hour. Empty: no limit."
    )
    tokens_per_day = models.PositiveIntegerField(
        null=True, blank=True, help_text="Tokens read and written in a day. Empty: no limit."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Coalesce("user", models.Value(UUID(int=0)), output_field=models.UUIDField()),
                name="one_quota_each",
                violation_error_message="There is a quota for this already; change that one.",
            )
        ]

    def __str__(self) -> str:
        return str(self.user) if self.user else "everybody else"
