"""Somebody who creates tasks over HTTP without pause, and remembers which were acknowledged."""

import http.client
import json
import threading
from typing import Any

from tests.processes import Headway, wait_until

PASSWORD = "correct horse battery"


class Client:
    """One person's signed-in HTTP client, on the standard library: it shares nothing with what it tests."""

    def __init__(self, headway: Headway, cookie: str | None = None) -> None:
        self._headway = headway
        self.cookie = cookie
        self._connection: http.client.HTTPConnection | None = None

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """Raises OSError or HTTPException when the connection breaks, AssertionError on a refusal."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self._headway.port, timeout=20)
        headers = {"Content-Type": "application/json", **({"Cookie": self.cookie} if self.cookie else {})}
        try:
            self._connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            answer = self._connection.getresponse()
            content = answer.read()
        except BaseException:
            self.close()
            raise
        if "set-cookie" in answer.headers:
            self.cookie = answer.headers["set-cookie"].partition(";")[0]
        assert answer.status < 400, (answer.status, content)
        return json.loads(content) if content else None

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def set_up(headway: Headway) -> tuple[str, str]:
    """Claims a new server; returns (cookie, project id)."""
    client = Client(headway)
    me = client.send(
        "POST",
        "/api/setup",
        {
            "name": "Owner",
            "email": "owner@example.org",
            "password": PASSWORD,
            "workspace": "Here",
            "project": {"name": "Faults", "key": "FA"},
            "examples": False,
            "link": None,
        },
    )
    projects = client.send("GET", f"/api/workspaces/{me['workspaces'][0]['id']}/projects")
    client.close()
    assert client.cookie is not None
    return client.cookie, projects["projects"][0]["id"]


class Hammer:
    """Four people who write until they are told to stop; a broken connection is tried again, a refusal too."""

    def __init__(self, headway: Headway, cookie: str, project: str, name: str) -> None:
        self.acknowledged: list[str] = []
        self._headway, self._cookie, self._project, self._name = headway, cookie, project, name
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(n,), daemon=True) for n in range(4)]

    def __enter__(self) -> "Hammer":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(30)

    def wait_for_more_than(self, count: int) -> None:
        """Waits until so many writes have been acknowledged."""
        wait_until(lambda: len(self.acknowledged) > count, what="writes going on")

    def _write(self, who: int) -> None:
        client = Client(self._headway, self._cookie)
        count = 0
        while not self._stop.is_set():
            count += 1
            title = f"{self._name} {who} {count}"
            try:
                client.send("POST", f"/api/projects/{self._project}/tasks", {"title": title})
            except (OSError, http.client.HTTPException, AssertionError):
                self._stop.wait(0.05)
            else:
                self.acknowledged.append(title)
        client.close()


def titles(headway: Headway, cookie: str, project: str) -> list[str]:
    client = Client(headway, cookie)
    board = client.send("GET", f"/api/projects/{project}/board")
    client.close()
    return [task["title"] for task in board["tasks"]]
