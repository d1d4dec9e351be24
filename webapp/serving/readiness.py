"""Whether the web process says that a turn would be answered."""

import http.client
import json


def is_ready(host: str, port: int) -> bool:
    """True if GET /readyz at our own listener answers 200."""
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        response = connection.getresponse()
        json.loads(response.read())
    except (OSError, http.client.HTTPException, ValueError):
        return False
    finally:
        connection.close()
    return response.status == 200


def own_address(host: str) -> str:
    """The address by which this machine reaches a listener on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # nosec B104
