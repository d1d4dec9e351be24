"""Reading accounts."""

from django.db.models import F, Q

from webapp.accounts.models import Quota, User

# Whether `find_quota` would find one, as a part of a statement; its parameter is the person's id.
QUOTA_HOLDS = "EXISTS (SELECT 1 FROM accounts_quota WHERE user_id = %s OR user_id IS NULL)"


def find_quota(user: User) -> Quota | None:
    """What holds for this person: a quota of their own, else everybody's, else none."""
    rows = Quota.objects.filter(Q(user=user) | Q(user=None))
    return rows.order_by(F("user").asc(nulls_last=True)).first()
