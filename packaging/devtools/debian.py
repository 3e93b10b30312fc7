"""System packages that Qt, a window and the keyring tests need on Debian, Ubuntu and their kin."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from devtools.report import Trouble, step

# What PySide6's QtCore, QtGui, QtWidgets, QtNetwork and QtSvg and the plug-ins offscreen, xcb and
# wayland ask of the system (`readelf -d` of the wheel's files), and Debian's package for each.
LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libbrotlidec.so.1": "libbrotli1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}
KEYRING_TOOLS = {"dbus-run-session": "dbus", "gnome-keyring-daemon": "gnome-keyring"}
FONT_PACKAGES = ["fonts-inter", "fonts-dejavu-core"]
_FONT_FOLDERS = ["/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts"]


def missing_for_window() -> list[str]:
    """Debian packages that a window lacks here; empty on systems without `apt-get`."""
    if not _is_debian():
        return []
    present = subprocess.run(
        [_tool("ldconfig"), "-p"], capture_output=True, text=True, check=True
    ).stdout
    known = {line.split()[0] for line in present.splitlines() if "=>" in line}
    lacking = [package for soname, package in LIBRARIES.items() if soname not in known]
    return lacking + ([] if _has_font() else FONT_PACKAGES)


def missing_for_keyring_tests() -> list[str]:
    """Debian packages that the keyring tests lack here; empty on systems without `apt-get`."""
    if not _is_debian():
        return []
    return [package for tool, package in KEYRING_TOOLS.items() if not shutil.which(tool)]


def has_keyring_tools() -> bool:
    """Tell whether the programs that the keyring tests start are here."""
    return all(shutil.which(tool) for tool in KEYRING_TOOLS)


def missing_for_venv() -> list[str]:
    """Debian's package that completes the `venv` module of this Python, if it lacks."""
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        return ["python{}.{}-venv".format(*sys.version_info[:2])]
    return []


def can_install() -> bool:
    """Tell whether this process may install Debian packages."""
    return _is_debian() and os.geteuid() == 0


def line_to_run(packages: list[str]) -> str:
    """Return the one line with which an administrator installs `packages`."""
    return f"sudo apt-get install -y --no-install-recommends {' '.join(packages)}"


def install(packages: list[str], purpose: str) -> None:
    """Install `packages` with apt-get.

    Raises:
        Trouble: this process may not (the text names the line to run), or apt-get failed.
    """
    if not packages:
        return
    if not can_install():
        raise Trouble(f"System packages are missing ({purpose}). Run: {line_to_run(packages)}")
    step(f"Installing system packages ({purpose}): {' '.join(packages)}")
    command = ["install", "-y", "-q", "--no-install-recommends", *packages]
    output = _apt(command)
    if output:  # a fresh or old package list: fetch it and try once more
        step("Fetching the system's package list")
        output = _apt(["update", "-q"]) or _apt(command)
    if output:
        told = [line for line in output.splitlines() if line.startswith(("E:", "Err:"))]
        why = told[0] if told else output.strip().splitlines()[-1]
        raise Trouble(f"apt-get could not install {' '.join(packages)}: {why}")


def _apt(arguments: list[str]) -> str:
    """Run apt-get; returns its output if it failed, otherwise nothing."""
    done = subprocess.run(
        ["apt-get", "-o", "DPkg::Lock::Timeout=120", *arguments],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    return (done.stdout or f"exit status {done.returncode}") if done.returncode else ""


def _is_debian() -> bool:
    return sys.platform == "linux" and bool(shutil.which("apt-get"))


def _tool(name: str) -> str:
    """Path of a system tool: a user's PATH often lacks /sbin."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin") or name


def _has_font() -> bool:
    folders = (Path(folder).expanduser() for folder in _FONT_FOLDERS)
    return any(
        file.suffix.lower() in {".ttf", ".otf", ".ttc"}
        for folder in folders
        for file in folder.rglob("*")
    )
