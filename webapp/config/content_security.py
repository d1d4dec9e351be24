"""The content security policy of the app origin, as django-csp's settings.

The page has one nonce, Trusted Types on, and may frame nothing but the artifact origin, which the
page view puts in the place of `frame-src 'none'`.
"""

from typing import Any

from csp.constants import NONCE, NONE, SELF, STRICT_DYNAMIC


def content_security_policy() -> dict[str, Any]:
    """The policy for every response of the app origin."""
    return {
        "DIRECTIVES": {
            "default-src": [NONE],
            "script-src": [SELF, NONCE, STRICT_DYNAMIC],
            "style-src": [SELF, NONCE],
            "img-src": [SELF, "blob:", "data:"],
            "font-src": [SELF],
            "connect-src": [SELF],
            "frame-src": [NONE],
            "frame-ancestors": [NONE],
            "base-uri": [NONE],
            "form-action": [SELF],
            "object-src": [NONE],
            "require-trusted-types-for": ["'script'"],
            "trusted-types": ["ours", "dompurify", "svelte-trusted-html"],
        }
    }
