"""Writing the audit log."""

from uuid import UUID

from webapp.accounts.models import User
from webapp.administration.models import AuditEntry

COMMAND_LINE = "command line"


def record_deed(
    *,
    who: User | None,
    action: str,
    target: str,
    value: str = "",
    reason: str = "",
    done: bool | None = True,
    command_id: UUID | None = None,
) -> AuditEntry:
    """Keeps what was done; too long texts are cut. `who` None is the command line, `done` None
    says that the outcome of `command_id` is not known yet."""
    return AuditEntry.objects.create(
        who=who,
        who_name=str(who)[:254] if who else COMMAND_LINE,
        action=action[:64],
        target=target[:300],
        value=value[:1000],
        reason=reason[:500],
        done=done,
        command_id=command_id,
    )


def settle_deed(*, command_id: UUID, done: bool, outcome: str) -> None:
    """Fills in how a command ended, once."""
    AuditEntry.objects.filter(command_id=command_id, done=None).update(
        done=done, outcome=outcome[:500]
    )
