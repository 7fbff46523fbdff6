# SPDX-License-Identifier: BSD-2-Clause
from . import ArgString  # noqa: F401: some programs look for it here


def printb(text, file=None, nl=1):
    pass


def detect_language(candidates, pid):
    return None


def get_online_cpus():
    return [0, 1]
