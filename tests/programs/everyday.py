# SPDX-License-Identifier: GPL-2.0-or-later
"""What the programs of everyday trouble share: how long they stay, and what they say at the end."""

import os
import resource
import time


def linger():
    """Works on what it has for a while, as real programs do."""
    time.sleep(float(os.environ.get("LINGER", "0.3")))


def say_peak(result):
    """The result, and the peak the kernel knows, in KiB: what a tool that watches should find."""
    print(f"result {result}")
    print(f"maxrss {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}")
