"""The page in a browser: the verdict is visible, and it fits the screen."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from fixtures.report.write_report import page

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fixtures.rehearsal.evidence import Evidence

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-default-apps", "--disable-dev-shm-usage", "--hide-scrollbars", "--disable-sync", "--no-default-browser-check",
    "--no-first-run", "--virtual-time-budget=5000",
)  # fmt: skip
# The page in a frame of each width (a window cannot be made this narrow): how wide its content came out, what is
# outside of the screen, and whether a plot is shown so small that nobody can read its text (12 px unscaled).
MEASURE = """<!doctype html><body>{frames}<pre id="measured"></pre><script>
onload = () => {{ document.getElementById("measured").textContent = JSON.stringify(
  [...document.querySelectorAll("iframe")].map(frame => {{
    const page = frame.contentDocument, outside = [...page.querySelectorAll("h1, h2, p, dd, li, figure, nav")]
      .filter(one => one.getBoundingClientRect().right > frame.clientWidth + 1 && !one.closest(".scroll"));
    const plots = [...page.querySelectorAll(".plot")]
      .map(one => one.getBoundingClientRect().width / one.viewBox.baseVal.width).filter(scale => scale > 0);
    return {{
      width: frame.clientWidth, content: page.documentElement.scrollWidth, outside: outside.length,
      plots: plots.length, legible: Math.min(...plots) > 0.8,
    }};
  }})); }};
</script>"""


@pytest.fixture(scope="session")
def dump_dom(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], str]:
    """Return what opens a file in a browser: path in, the page's elements as HTML out."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"needs a browser: none of {', '.join(BROWSERS)} is on the PATH")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []

    def dump(path: Path) -> str:
        profile = tmp_path_factory.mktemp("profile")
        command = [found, *FLAGS, *sandbox, f"--user-data-dir={profile}", "--dump-dom", path.as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    return dump


@pytest.mark.parametrize(
    ("findings", "verdict"),
    [((), "✓ GO"), ((("error", "left", "3 violators are left"),), "✕ NO-GO")],
    ids=["go", "no-go"],
)
def test_browser_shows_the_verdict(
    make_evidence: Callable[..., Evidence],
    dump_dom: Callable[[Path], str],
    tmp_path: Path,
    findings: tuple[tuple[str, str, str], ...],
    verdict: str,
) -> None:
    file = tmp_path / "report.html"
    file.write_text(page(make_evidence(*findings)), encoding="utf-8")

    shown = dump_dom(file)

    assert re.findall(r"<strong>(.*?)</strong>", shown) == [verdict]
    assert all(sentence in shown for _, _, sentence in findings)


def test_page_is_never_wider_than_the_screen(
    make_evidence: Callable[..., Evidence], dump_dom: Callable[[Path], str], tmp_path: Path
) -> None:
    widths = (320, 390, 700, 820, 1440)
    source = html.escape(page(make_evidence(("warning", "long", "x" * 300), ("error", "long", "y" * 300))))
    frames = (
        f'<iframe style="border:0;width:{width}px;height:800px" srcdoc="{source}"></iframe>'
        for width in widths
    )
    file = tmp_path / "widths.html"
    file.write_text(MEASURE.format(frames="".join(frames)), encoding="utf-8")

    measured = re.search(r'<pre id="measured">(.*?)</pre>', dump_dom(file))

    assert measured is not None
    assert json.loads(html.unescape(measured[1])) == [
        {"width": width, "content": width, "outside": 0, "plots": 4, "legible": True} for width in widths
    ]
