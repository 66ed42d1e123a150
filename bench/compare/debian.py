"""A Debian root of its own in a folder: what is measured comes from packages that everybody can have."""

import pathlib
import re
import shutil
import subprocess

from progress import say

SUITE = "forky"


class LabError(Exception):
    """The laboratory cannot be had; the text says why and what to do."""


def install(root, packages, log):
    """Makes the root. It appears under its name only when it is complete."""
    if shutil.which("debootstrap") is None:
        raise LabError("debootstrap is missing: apt-get install debootstrap (most distributions have it).")
    partial = root.with_name(f"{root.name}.partial")
    if partial.exists():
        shutil.rmtree(partial)
    say(f"installing Debian {SUITE} with {packages} into {root}, once")
    # Suites newer than the installed debootstrap have no script of their own; Debian's is the same for all of them.
    scripts = pathlib.Path("/usr/share/debootstrap/scripts")
    command = ["debootstrap", "--variant=minbase", f"--include={packages}", SUITE, str(partial), *_mirror(scripts)]
    if subprocess.run(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT).returncode != 0:
        raise LabError(f"debootstrap failed; see {log.name}.")
    partial.rename(root)


def package_version(root, package):
    """The version of an installed package, without Debian's additions to it."""
    done = subprocess.run(["chroot", str(root), "dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True)
    found = re.search(r"(?:^|[:-])(\d+(?:\.\d+)+)", done.stdout)
    if not found:
        raise LabError(f"{root} has no package {package}: remove that folder and start again.")
    return found.group(1)


def _mirror(scripts):
    """The Debian mirror this machine is configured for; none on other distributions, where debootstrap knows one."""
    sources = [pathlib.Path("/etc/apt/sources.list"), *sorted(pathlib.Path("/etc/apt/sources.list.d").glob("*"))]
    text = "\n".join(file.read_text() for file in sources if file.is_file())
    found = re.search(r"^(?:URIs:|deb(?:\s+\[[^\]]*\])?)\s+(https?://\S+/debian)/?(?:\s|$)", text, re.MULTILINE)
    script = [] if (scripts / SUITE).exists() else [str(scripts / "sid")]
    if script and not found:
        raise LabError(f"This debootstrap does not know {SUITE}, and no Debian mirror is configured: install a newer debootstrap.")
    return [found.group(1), *script] if found else []
