"""What the practice Stripe itself says, asked over HTTP beside the desk."""

from __future__ import annotations

from typing import Any

import httpx


class StripeSide:
    """Reads the practice Stripe with its own key; knows nothing of the desk."""

    def __init__(self, url: str, key: str) -> None:
        self._http = httpx.AsyncClient(
            base_url=url,
            headers={"Authorization": f"Bearer {key}"},
            timeout=20.0,
            trust_env=False,
        )

    async def get(self, path: str, **params: str | int) -> dict[str, Any]:
        """Return an object or list; raises httpx.HTTPStatusError for a refusal."""
        answer = await self._http.get(f"/v1/{path}", params=params)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    async def list(self, path: str, **params: str | int) -> list[dict[str, Any]]:
        """Return the newest 100 objects of a list."""
        page = await self.get(path, limit=100, **params)
        data: list[dict[str, Any]] = page["data"]
        return data

    async def aclose(self) -> None:
        """Close the connection."""
        await self._http.aclose()
