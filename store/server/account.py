"""The operating-system account under which the embedded PostgreSQL runs.

PostgreSQL refuses to run as root, so root lends it an account of its own and opens the way to its files.
"""

import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import structlog

from store.errors import ServerError

SYSTEM_USER = "pgserver"
PASS_THROUGH = stat.S_IXOTH
READ = stat.S_IROTH
ROOT = 0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Account:
    """A user and group id."""

    uid: int
    gid: int


def account_for(pgdata: Path) -> Account | None:
    """The account to run PostgreSQL under; None means our own.

    Raises ServerError when the data belong to somebody else, or when root cannot make the account.
    """
    owner = pgdata.stat() if pgdata.exists() else None
    if os.geteuid() != ROOT:
        if owner is not None and owner.st_uid != os.geteuid():
            raise ServerError(
                problem=f"{pgdata} belongs to another user (uid {owner.st_uid})",
                mend="run as that user, or set DATA_DIR to a folder of your own",
            )
        return None
    if owner is not None and owner.st_uid != ROOT:
        return Account(owner.st_uid, owner.st_gid)
    return _system_account()


def _system_account() -> Account:
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        _add_system_user()
        entry = pwd.getpwnam(SYSTEM_USER)
    return Account(entry.pw_uid, entry.pw_gid)


def _add_system_user() -> None:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    mend = f"make the system user {SYSTEM_USER}, run as a plain user, or set DATABASE_URL"
    if useradd is None:
        raise ServerError(problem="PostgreSQL does not run as root, and useradd is not here", mend=mend)
    command = [useradd, "--system", "--no-create-home", "--home-dir", "/", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ServerError(
            problem=f"PostgreSQL does not run as root, and useradd failed: {done.stderr.strip()}", mend=mend
        )
    log.info("made a system user for the embedded PostgreSQL", user=SYSTEM_USER)


def hand_over(tree: Path, account: Account) -> None:
    """Give a tree of root's (new, or restored by root from a copy) to the account."""
    os.chown(tree, account.uid, account.gid)
    for path in tree.rglob("*"):
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def open_the_way(target: Path, account: Account) -> None:
    """Let the account pass through (not list) the folders above `target`, e.g. a checkout inside root's own home."""
    closed = [folder for folder in target.parents if not _passes(folder.stat(), account)]
    if not closed:
        return
    log.info("letting PostgreSQL pass through folders", folders=[str(folder) for folder in closed])
    for folder in closed:
        folder.chmod(stat.S_IMODE(folder.stat().st_mode) | PASS_THROUGH)


def _passes(folder: os.stat_result, account: Account) -> bool:
    if folder.st_uid == account.uid:
        return bool(folder.st_mode & stat.S_IXUSR)
    if folder.st_gid == account.gid:
        return bool(folder.st_mode & stat.S_IXGRP)
    return bool(folder.st_mode & PASS_THROUGH)


def open_for_reading(trees: Iterable[Path]) -> None:
    """Let others read and run the binaries, which a strict umask at installation may have closed to them."""
    for tree in trees:
        for path in (tree, *tree.rglob("*")):
            if path.is_symlink():
                continue
            mode = stat.S_IMODE(path.stat().st_mode)
            wanted = mode | READ | (PASS_THROUGH if mode & stat.S_IXUSR else 0)
            if wanted != mode:
                path.chmod(wanted)
