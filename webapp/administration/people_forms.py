"""The forms by which administrators add and change people."""

from typing import TYPE_CHECKING

from django import forms
from django.contrib.auth.forms import BaseUserCreationForm, UserChangeForm

from webapp.accounts.models import User

# Django's classes take no parameter when the program runs.
if TYPE_CHECKING:
    _UserForm = forms.ModelForm[User]
    _CreationForm = BaseUserCreationForm[User]
    _ChangeForm = UserChangeForm[User]
else:
    _UserForm = forms.ModelForm
    _CreationForm = BaseUserCreationForm
    _ChangeForm = UserChangeForm


class _EmailForm(_UserForm):
    """An account has an address, in small letters; a guest has none."""

    def clean_email(self) -> str | None:
        """The address as it is kept."""
        email = User.objects.normalize_email(self.cleaned_data.get("email"))
        if not email and not self.instance.is_guest:
            raise forms.ValidationError("Write an e-mail address; it is needed for signing in.")
        return email or None


class AddPersonForm(_EmailForm, _CreationForm):
    """A new account with a password."""

    class Meta:
        model = User
        fields = ("email", "name")


class ChangePersonForm(_EmailForm, _ChangeForm):
    """An account or a guest."""

    class Meta:
        model = User
        fields = ("email", "name", "password", "is_active", "is_staff", "is_superuser")
