"""npm behind a proxy that inspects TLS: whatever a machine says about its proxy and its certificates reaches npm.

The registry's name exists nowhere. The proxy answers in its place, with a certificate that no one else trusts.
"""

from __future__ import annotations

import base64
import configparser
import fnmatch
import functools
import hashlib
import io
import json
import os
import ssl
import subprocess
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import pytest

from fixtures.core import npm
from fixtures.core.errors import HarnessError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[3]
REGISTRY = "registry.example.invalid"
SAID = ("PROXY", "NPM_CONFIG", "CERT", "SYSTEM_CA", "NODE_OPTIONS")


@functools.cache
def package() -> bytes:
    """Return what a registry hands out: an archive with a package.json."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        text = b'{"name": "small", "version": "1.0.0"}'
        entry = tarfile.TarInfo("package/package.json")
        entry.size = len(text)
        tar.addfile(entry, io.BytesIO(text))
    return archive.getvalue()


class InspectingProxy(BaseHTTPRequestHandler):
    """Takes CONNECT, and then speaks TLS and HTTP itself in the place of the registry."""

    protocol_version = "HTTP/1.1"
    tls: ClassVar[ssl.SSLContext]
    archive: ClassVar[bytes]

    def do_CONNECT(self) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            self.connection = self.tls.wrap_socket(self.connection, server_side=True)
        except OSError:
            self.close_connection = True
            return
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)

    def do_GET(self) -> None:
        found = self.archive if self.path.endswith(".tgz") else b"{}"
        self.send_response(200)
        self.send_header("Content-Length", str(len(found)))
        self.end_headers()
        self.wfile.write(found)

    def finish(self) -> None:
        super().finish()
        self.connection.close()

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with a certificate for the registry's name, its key beside it."""
    where = tmp_path_factory.mktemp("certificate")
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={REGISTRY}",
            "-addext", f"subjectAltName=DNS:{REGISTRY}", "-keyout", "key.pem", "-out", "certificate.pem",
        ],
        cwd=where, check=True, capture_output=True,
    )  # fmt: skip
    return where / "certificate.pem"


@pytest.fixture(scope="module")
def proxy(certificate: Path) -> Iterator[str]:
    """Return the address of a proxy that inspects TLS."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, certificate.with_name("key.pem"))
    handler = type("Bound", (InspectingProxy,), {"tls": tls, "archive": package()})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """Return a directory whose lock file names one package of the registry."""
    digest = base64.b64encode(hashlib.sha512(package()).digest()).decode()
    dependencies = {"dependencies": {"small": "1.0.0"}}
    lock = {
        "name": "m", "version": "1.0.0", "lockfileVersion": 3, "requires": True,
        "packages": {
            "": {"name": "m", "version": "1.0.0", **dependencies},
            "node_modules/small": {
                "version": "1.0.0", "integrity": f"sha512-{digest}",
                "resolved": f"https://{REGISTRY}/small/-/small-1.0.0.tgz",
            },
        },
    }  # fmt: skip
    (tmp_path / "package.json").write_text(json.dumps({"name": "m", "version": "1.0.0", **dependencies}))
    (tmp_path / "package-lock.json").write_text(json.dumps(lock))
    return tmp_path


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """Return what makes the machine say this and nothing else about proxies and certificates."""
    for name in [name for name in os.environ if any(part in name.upper() for part in SAID)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(npm, "SYSTEM_NPMRC", tmp_path / "npmrc")

    def say(**variables: str) -> None:
        for name, value in {"npm_config_fetch_retries": "0", **variables}.items():
            monkeypatch.setenv(name, value)

    return say


@pytest.mark.parametrize(
    "variable", ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "npm_config_cafile", "NPM_CONFIG_CAFILE"]
)
def test_certificate_reaches_npm_however_it_is_named(
    says: Callable[..., None], proxy: str, certificate: Path, manifest: Path, variable: str
) -> None:
    says(https_proxy=proxy, **{variable: str(certificate)})

    npm.run_npm(("ci",), cwd=manifest)

    assert (manifest / "node_modules" / "small" / "package.json").is_file()


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "npm_config_https_proxy", "NPM_CONFIG_HTTPS_PROXY"])
def test_proxy_reaches_npm_however_it_is_named(
    says: Callable[..., None], proxy: str, certificate: Path, manifest: Path, variable: str
) -> None:
    says(NODE_EXTRA_CA_CERTS=str(certificate), **{variable: proxy})

    npm.run_npm(("ci",), cwd=manifest)

    assert (manifest / "node_modules" / "small" / "package.json").is_file()


def test_npmrc_of_the_machine_reaches_npm(
    says: Callable[..., None], proxy: str, certificate: Path, manifest: Path
) -> None:
    says()
    npm.SYSTEM_NPMRC.write_text(f"https-proxy={proxy}\ncafile={certificate}\n", encoding="utf-8")

    npm.run_npm(("ci",), cwd=manifest)

    assert (manifest / "node_modules" / "small" / "package.json").is_file()


def test_certificate_that_nobody_named_is_refused_in_one_line(
    says: Callable[..., None], proxy: str, manifest: Path
) -> None:
    says(https_proxy=proxy)

    with pytest.raises(HarnessError, match="SELF_SIGNED_CERT") as caught:
        npm.run_npm(("ci",), cwd=manifest)

    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("environment", ["real", "gate", "bench"])
@pytest.mark.parametrize(
    "variable",
    [
        "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "NODE_USE_SYSTEM_CA", "npm_config_cafile", "NPM_CONFIG_REGISTRY",
        "https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "no_proxy", "NO_PROXY",
    ],
)  # fmt: skip
def test_tox_hands_it_on(environment: str, variable: str) -> None:
    tox = configparser.ConfigParser(interpolation=None)
    tox.read(ROOT / "tox.ini", encoding="utf-8")

    def handed_on(name: str) -> Iterator[str]:
        for line in tox[name]["pass_env"].split():
            reference = line.startswith("{[")
            yield from handed_on(line[2:].split("]")[0]) if reference else [line.lower()]

    assert any(fnmatch.fnmatchcase(variable.lower(), each) for each in handed_on(f"testenv:{environment}"))
