"""A step of `./run check`: migrate an empty database and compare it with the tables that the code believes in."""

import asyncio
import sys
import tempfile
from pathlib import Path

from store.migrate import check_migrations, migrate
from store.server.embedded import (
    THROWAWAY,
    EmbeddedServer,
)


async def differences(url: str) -> list[str]:
    """What the migrations lack of, or have beyond, the tables."""
    await migrate(url)
    return await check_migrations(url)


def main() -> int:
    """Print every difference; 1 when there is one."""
    with (
        tempfile.TemporaryDirectory(prefix="holacracy-check-") as folder,
        EmbeddedServer(Path(folder) / "data", parameters=THROWAWAY) as url,
    ):
        found = asyncio.run(differences(url))
    sys.stdout.writelines(f"{difference}\n" for difference in found)
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
