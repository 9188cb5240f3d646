#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""sessions - a server that forgets to log people out: login() keeps a Session in SESSIONS

usage: sessions.py [SECONDS]

Prints "ready" once there are some, and goes on: 400 a second.
"""
import sys
import time

SESSIONS = {}


class Session:
    def __init__(self, user):
        self.user = user
        self.seen = [float(user + i) for i in range(60)]


def login(user):
    SESSIONS[str(user)] = Session(user)


def main():
    end = time.monotonic() + (float(sys.argv[1]) if len(sys.argv) > 1 else 60)
    users = 0
    while time.monotonic() < end:
        for _ in range(20):
            login(users)
            users += 1
        if users == 1000:
            print("ready", flush=True)
        time.sleep(0.05 if users >= 1000 else 0)


main()
