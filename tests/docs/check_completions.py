#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The completions know every option and every column, and nothing else; the shells take them."""

import os
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import docs  # noqa: E402

BASH, ZSH, FISH = "completions/bash/memtop", "completions/zsh/_memtop", "completions/fish/memtop.fish"

# Sets the words of a command line, as bash does for a completion, and prints what it would offer.
BASH_RUN = """
complete -p memtop >/dev/null 2>&1 && exit 3
source "$1" || exit 4
complete -p memtop >/dev/null || exit 5
shift
COMP_WORDS=(memtop "$@")
COMP_CWORD=$#
_memtop
printf '%s\\n' "${COMPREPLY[@]}"
"""


def run(command, **more):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL, encoding="utf-8", timeout=60, **more)


def spelled(options):
    found = set()
    for letter, name, _ in options:
        found.add(f"--{name}")
        if letter:
            found.add(f"-{letter}")
    return found


def check_bash(tap, options, columns):
    path = os.path.join(docs.SOURCE, BASH)

    def offered(*words):
        done = run(["bash", "--norc", "-c", BASH_RUN, "bash", path, *words])
        return [line for line in done.stdout.splitlines()
                if line and "compopt" not in line], done.returncode

    done = run(["bash", "-n", path])
    tap.ok(done.returncode == 0 and not done.stdout, "bash takes it", done.stdout.splitlines())
    words, status = offered("-")
    tap.ok(status == 0, "bash runs it", [f"status {status}"] + words)
    tap.same("bash: all options", words, spelled(options), BASH)
    tap.same("bash: all columns for -s", offered("-s", "")[0], columns, BASH)
    tap.same("bash: all columns for --sort=", offered("--sort", "=")[0], columns, BASH)
    tap.same("bash: columns the other way round", offered("-s", "-gr")[0],
             {f"-{c}" for c in columns if c.startswith("gr")}, BASH)
    tap.same("bash: columns of a list, none twice", offered("--columns", "rss,pid,p")[0],
             {f"rss,pid,{c}" for c in columns if c.startswith("p") and c != "pid"}, BASH)
    tap.ok("root" in offered("-u", "ro")[0], "bash: users for -u")
    tap.ok("1" in offered("-p", "")[0] and "7,1" in offered("-p", "7,")[0], "bash: pids for -p")
    tap.ok("configure.ac" in run(["bash", "--norc", "-c", BASH_RUN, "bash", os.path.abspath(path),
                                  "--record", "configure.a"], cwd=docs.SOURCE).stdout,
           "bash: files for --record")
    for letter, name, value in options:
        if value and value in ("SECONDS", "N", "EXPR", "COLUMNS"):
            tap.ok(offered(f"-{letter}" if letter else f"--{name}", "")[0] == [],
                   f"bash: nothing for the value of --{name}")


def check_fish(tap, options, columns):
    if not shutil.which("fish"):
        tap.skip("fish", "fish is not installed")
        return
    path = os.path.join(docs.SOURCE, FISH)

    def offered(line):
        done = run(["fish", "--no-config", "-c", f"source '{path}'; complete -C '{line}'"],
                   env={**os.environ, "HOME": docs.BUILD, "XDG_DATA_HOME": docs.BUILD + "/no-such"})
        return {word.split("\t")[0] for word in done.stdout.splitlines()}

    done = run(["fish", "--no-execute", path])
    tap.ok(done.returncode == 0 and not done.stdout, "fish takes it", done.stdout.splitlines())
    tap.same("fish: all options", offered("memtop -") | offered("memtop --"), spelled(options), FISH)
    tap.same("fish: all columns for -s", offered("memtop -s "), columns, FISH)
    tap.same("fish: columns of a list, none twice", offered("memtop --columns rss,pid,p"),
             {f"rss,pid,{c}" for c in columns if c.startswith("p") and c != "pid"}, FISH)
    tap.ok("root" in offered("memtop -u ro"), "fish: users for -u")


def check_zsh(tap, options, columns):
    text = docs.read(ZSH)
    words = set()
    for spec in re.findall(r"^\t('.*?) \\?$|^\t('.*)$", text.split("_arguments")[1], re.M):
        spec = spec[0] or spec[1]
        words.update(re.findall(r"(?:[{,']|\))(--?[a-zA-Z-]+)[+=]?(?=[,}\[])", spec))
    tap.same("zsh: all options", words, spelled(options), ZSH)
    listed = re.search(r"columns=\(\n(.*?)\n\)", text, re.S)[1]
    tap.same("zsh: all columns", re.findall(r"^\t'(\w+):.+'$", listed, re.M), columns, ZSH)
    if not shutil.which("zsh"):
        tap.skip("zsh takes it", "zsh is not installed")
        return
    done = run(["zsh", "-fn", os.path.join(docs.SOURCE, ZSH)])
    tap.ok(done.returncode == 0 and not done.stdout, "zsh takes it", done.stdout.splitlines())


def main():
    tap, tables = docs.Tap(), docs.tables()
    options = docs.options(tables)
    columns = {key for key, _, _ in tables["column"]}
    check_bash(tap, options, columns)
    check_zsh(tap, options, columns)
    check_fish(tap, options, columns)
    tap.end()


main()
