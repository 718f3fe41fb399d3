"""A small HTTP client of Headway's own API, for its command line."""

from types import TracebackType
from typing import Any, Self

import httpx2

TIMEOUT = httpx2.Timeout(30, connect=5)


class Refused(Exception):
    """The server said no, or there was none: one sentence for people, `code` and `problem` for programs."""

    def __init__(self, detail: str, status: int = 0, problem: dict[str, Any] | None = None) -> None:
        super().__init__(detail)
        self.detail, self.status, self.problem = detail, status, problem or {}
        self.code = str(self.problem.get("code", ""))


class Client:
    """Speaks for whoever owns the token. Paths begin with /api; answers are what the API reference says."""

    def __init__(self, url: str, token: str, transport: httpx2.BaseTransport | None = None) -> None:
        self.url = url
        self._http = httpx2.Client(
            base_url=url,
            headers={"authorization": f"Bearer {token}", "headway-client": "cli", "accept": "application/json"},
            timeout=TIMEOUT,
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._http.close()

    def get(self, path: str, **query: Any) -> Any:
        """What is there."""
        return self._ask("GET", path, params={name: value for name, value in query.items() if value is not None})

    def post(self, path: str, body: Any) -> Any:
        """What was made of `body`."""
        return self._ask("POST", path, json=body)

    def patch(self, path: str, body: Any) -> Any:
        """What is there after the change."""
        return self._ask("PATCH", path, json=body)

    def _ask(self, method: str, path: str, **content: Any) -> Any:
        """The answer's JSON.

        Raises:
            Refused: the server refused, could not be reached, or is not Headway.
        """
        try:
            answer = self._http.request(method, path, **content)
        except httpx2.TimeoutException:
            raise Refused(f"{self.url} did not answer in time. Try again.") from None
        except httpx2.TransportError as error:
            reason = str(error) or type(error).__name__
            raise Refused(
                f"Cannot reach Headway at {self.url} ({reason}). Is it running? HEADWAY_URL says where."
            ) from None
        if answer.is_success and not answer.content:
            return None
        try:
            body = answer.json()
        except ValueError:
            body = None
        if answer.is_success and body is not None:
            return body
        if isinstance(body, dict) and isinstance(body.get("detail"), str):
            raise Refused(body["detail"], answer.status_code, body)
        raise Refused(f"What answers at {self.url} (status {answer.status_code}) does not look like Headway.")
