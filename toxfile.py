"""Read by tox: let uv install without a cache where the home directory cannot be written to."""

import os
from pathlib import Path

cache = Path(
    os.environ.get("UV_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
)
nearest = next(path for path in (cache.absolute(), *cache.absolute().parents) if path.exists())
if not os.access(nearest, os.W_OK):
    os.environ["UV_NO_CACHE"] = "1"
