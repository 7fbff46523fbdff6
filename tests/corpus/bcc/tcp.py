# SPDX-License-Identifier: BSD-2-Clause
tcpstate = {}


def flags2str(flags):
    return ""
