"""A person's browser: httpx's client, which does no work for each request that it need not do.

httpx reads an address anew for each request, copies all cookies twice to send them, and builds a
request and an answer of urllib's to look for cookies where an answer has none.
"""

from functools import lru_cache
from typing import Any

import httpx


class Browser(httpx.AsyncClient):
    """`httpx.AsyncClient`; what it sends and keeps is the same."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._jar = _Jar(super().cookies)

    @property
    def cookies(self) -> httpx.Cookies:
        """What is kept of the answers so far."""
        return self._jar

    @cookies.setter
    def cookies(self, cookies: Any) -> None:
        self._jar = _Jar(cookies)

    def build_request(self, method: str, url: Any, **more: Any) -> httpx.Request:
        """Build a request."""
        whole = _whole(str(self.base_url), url) if isinstance(url, str) else url
        return super().build_request(method, whole, **more)

    def _merge_cookies(self, cookies: Any = None) -> Any:
        # One copy, since to send cookies removes those that are over: httpx takes a jar as it is.
        return super()._merge_cookies(cookies) if cookies else httpx.Cookies(self._jar).jar


class _Jar(httpx.Cookies):
    def extract_cookies(self, response: httpx.Response) -> None:
        if "set-cookie" in response.headers:
            super().extract_cookies(response)


@lru_cache(maxsize=4096)
def _whole(base: str, url: str) -> httpx.URL:
    # As httpx merges them, to whom an address that is whole already is nothing to be merged.
    asked = httpx.URL(url)
    if not asked.is_relative_url:
        return asked
    root = httpx.URL(base)
    return root.copy_with(raw_path=root.raw_path.rstrip(b"/") + b"/" + asked.raw_path.lstrip(b"/"))
