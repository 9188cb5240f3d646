#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""memtop(1) and README.md say what the program has: options, columns, keys, settings, environment."""

import contextlib
import json
import mmap
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import docs  # noqa: E402

PAGE = "man/memtop.1"


def check_options(tap, manual, tables):
    wanted = docs.options(tables)
    text = "\n".join(line for line, in tables["help"])
    missing = [name for _, name, value in wanted
               if not re.search(rf"--{name}{' ' + re.escape(value) if value else ''}(?![\w-])", text)]
    tap.ok(len(wanted) > 15 and not missing, "--help has all options", missing)
    found = []
    for tag in manual.tags("OPTIONS"):
        match = re.fullmatch(r"(?:-(\w), )?--([a-z-]+)(?:=(.*))?", tag)
        found.append(match.groups() if match else (tag, "", ""))
    bare = [(letter, name, value and re.sub(r"[\[\]-]|\.\.\.", "", value))
            for letter, name, value in found]
    wanted_bare = [(letter, name, value and re.sub(r"[\[\]-]|\.\.\.", "", value))
                   for letter, name, value in wanted]
    tap.same("options with their values are those of --help", map(str, bare),
             map(str, wanted_bare), PAGE)
    tap.ok([name for _, name, _ in bare] == [name for _, name, _ in wanted_bare],
           "options stand in the order of --help")


def check_rules(tap, manual, tables):
    """What goes together, and what does not, is said of each option it is about."""
    entries = {re.sub(r".*--|=.*", "", tag): (tag, " ".join(text.split()))
               for tag, _, text in manual.entries["OPTIONS"]}
    tap.ok(len(tables["rule"]) > 20, "options have rules")
    wrong = []
    for option, words in tables["rule"]:
        tag, text = entries.get(option, ("", ""))
        several, _, rest = words.rpartition(" do not go with a ")
        told = set(re.findall(r"(?<![\w-])--? ?[\w-]+|dashboard|program", rest if several else words))
        wrong += [f"--{option}: nothing of {other} ({words})" for other in sorted(told)
                  if other not in re.split("[, =]+", tag) and other not in text]
    tap.ok(not wrong, "each option tells what it goes with", wrong)


def check_program_help(tap, tables):
    program = os.environ.get("MEMTOP", "./memtop")
    told = subprocess.run([program, "--help"], stdout=subprocess.PIPE, encoding="utf-8").stdout
    tap.ok(told.splitlines() == [line for line, in tables["help"]], "memtop --help prints them")


def check_columns(tap, manual, tables):
    entries = {tag: " ".join(text.split()) for tag, _, text in manual.entries["COLUMNS"]}
    tap.same("columns with their titles", entries,
             (f"{key} ({title})" for key, title, _ in tables["column"]), PAGE)
    wrong = []
    for key, title, origin in tables["column"]:
        text = entries.get(f"{key} ({title})", "")
        if f"Origin: {origin}." not in text:
            wrong.append(f"{key}: should end with 'Origin: {origin}.'")
        elif len(text.split("Origin:")[0]) < 10:
            wrong.append(f"{key}: nothing is said of it")
    tap.ok(not wrong, "each column tells its origin", wrong)
    default = " ".join(key for key, in tables["default"])
    tap.ok(default in manual.sections["COLUMNS"], "the columns shown at first", [default])


def check_keys(tap, manual, tables):
    found = []
    for tag, _, text in manual.entries["KEYS"]:
        found += tag.split(", ")
        tap.ok(len(text) > 5, f"key {tag.replace('#', '')} is explained")
    helped = {name for name, has_help in tables["key"] if has_help == "1"}
    known = {name for name, _ in tables["key"]}
    tap.same("all keys", {key for key in found if key in helped or key not in known}, helped, PAGE)


def check_rest(tap, manual, tables):
    tap.same("settings", manual.tags("SETTINGS"), (key for key, in tables["setting"]), PAGE)
    tap.same("verdicts", manual.tags("VERDICTS"), (name for name, in tables["verdict"]), PAGE)
    theme = next(text for tag, _, text in manual.entries["SETTINGS"] if tag == "theme")
    missing = [name for name, in tables["theme"] if name not in theme]
    tap.ok(not missing, "themes", missing)
    words = set(re.split(r"[\s,.]+", manual.sections["SETTINGS"]))
    missing = sorted({name for name, in tables["action"]} - words)
    tap.ok(not missing, "names of all actions", missing)


def check_csv(tap, manual):
    titles = re.search(r'"(t_s,[\w,]+)\\n"', docs.read("src/modes/verdicts.c"))[1]
    tap.ok(manual.tags("RECORDINGS") == titles.split(","), "fields of --verdicts", [titles])


def names_in(value, name=""):
    """{name of each member: ...}: "a", "a.b", "a[].b" """
    if isinstance(value, list):
        return set().union(*(names_in(item, name + "[]") for item in value if isinstance(item, dict)))
    if not isinstance(value, dict):
        return set()
    begin = name + "." if name else ""
    return set().union(*({begin + key} | names_in(item, begin + key) for key, item in value.items()))


def run_memtop(*arguments):
    program = os.environ.get("MEMTOP", "./memtop")
    return subprocess.run([program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, encoding="utf-8", check=False, timeout=60)


# a package that grows when it is imported, slowly enough to be caught on a busy machine
PACKAGE = "KEPT = [bytes([sum(range(20000)) % 2]) * 65536 for _ in range(250)]\n"


def run_of_python(linger_s):
    """The report of a Python that grows, and then stays for a while, as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        packages = os.path.join(folder, "site-packages")
        os.mkdir(packages)
        for path, text in (("site-packages/known.py", PACKAGE), ("grows.py", f"import known, time\ntime.sleep({linger_s})\n")):
            with open(os.path.join(folder, path), "w", encoding="utf-8") as file:
                file.write(text)
        return run_memtop("--json", "--lines", "--report", "-", "--", "env",
                          "PYTHONPATH=" + packages, sys.executable,
                          os.path.join(folder, "grows.py")).stdout


UNITS = re.compile(r"_(kib|mib|kb|bytes|ms|us|s|min|percent)$")


def check_names(tap, name, found):
    """Sizes are bytes and times seconds everywhere: no name has a unit of its own."""
    tap.ok(not any(map(UNITS.search, found)), f"{name}: no units in the names",
           sorted(filter(UNITS.search, found)))


def check_meaning(tap, look, process, columns):
    """A figure of a process has one name and one unit, wherever it stands."""
    both = set(columns) & set(look) & set(process)
    tap.ok({"rss", "footprint", "anon", "swap", "peak", "virt", "growth", "trend", "eta", "age", "oom",
            "threads", "cpu", "nice", "ppid", "majflt", "minflt", "verdict"} <= both,
           "a process in depth has the names of the columns", sorted(both))
    wrong = [f"{key}: {look[key]} and {process[key]}" for key in sorted(both)
             if isinstance(look[key], int) and isinstance(process[key], int) and look[key] > 4096 and
             not look[key] / 2 < process[key] < look[key] * 2]
    tap.ok(not wrong, "... and their units", wrong)


def check_containers(tap, look, columns):
    """Objects and lines of containers have the names that the manual tells, and all their own columns."""
    told = re.search(r"^\.B containers\n.*?with\n(\.BR .*?),\nor the columns", look, re.S | re.M).group(1)
    told = [name for name in re.findall(r"[a-z_]+", told.replace(".BR", "")) if name != "and"]
    titles = run_memtop("--containers", "--csv", "-n", "1").stdout.splitlines()[0].split(",")
    tap.ok(titles == ["time"] + told, "titles of the CSV of containers", [str(titles), str(told)])
    tap.ok(set(columns) - {"container"} <= set(told), "all columns of containers are among them",
           sorted(set(columns) - set(told)))
    found = json.loads(run_memtop("--containers", "--json", "-n", "1").stdout)
    tap.ok(all(list(row) == told for row in found["containers"]) and "processes" not in found,
           "JSON of containers", [str(found["containers"][:1])])


@contextlib.contextmanager
def mapped_package():
    """A file of an installed package is in our memory meanwhile."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "site-packages", "made")
        os.makedirs(path)
        with open(os.path.join(path, "data"), "wb+") as file:
            file.write(b"x" * 65536)
            file.flush()
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as kept:
                sum(kept[at] for at in range(0, len(kept), 4096))
                yield


def check_schema(tap, manual, tables):
    """What the manual says of JSON and CSV is what is on the wire."""
    text = manual.source.split(".SH JSON AND CSV")[1].split(".SH SETTINGS")[0]
    look, report = text.split(".SS A report")
    report, comparison = report.split(".SS A comparison")
    comparison, process = comparison.split(".SS A process")
    told = [{entry[0] for entry in docs.entries_of(part)}
            for part in (look.split(".SS A look")[1], report, comparison, process)]
    columns = [key for key, _, _ in tables["column"]]
    of_containers = columns[columns.index("command") + 1:]  # the last ones
    columns = columns[:columns.index("command") + 1] + ["cmdline", "name"]
    keys = columns
    found = names_in(json.loads(run_memtop("--json", "-n", "1").stdout))
    groups = names_in(json.loads(run_memtop("--json", "-n", "1", "-g", "program").stdout))
    tap.same("JSON of groups", groups - {"processes[].at_most"}, found, PAGE)
    found |= groups & {"processes[].at_most"}
    tap.same("JSON of a look", told[0] - {"containers"} | {f"processes[].{key}" for key in keys}, found, PAGE)
    check_names(tap, "JSON of a look", found)
    for linger_s in (0.5, 4, 16):  # a busy machine looks inside late
        found = names_in(json.loads(run_of_python(linger_s)))
        if "types[].name" in found:
            break
    tap.same("JSON of a report", told[1], found, PAGE)
    check_names(tap, "JSON of a report", found)
    with mapped_package():
        done = run_memtop("--detail", "--json", "-p", str(os.getpid()))
    tap.ok(done.returncode == 0, "a process in depth is printed", [done.stderr])
    process = json.loads(done.stdout or "{}")
    tap.same("JSON of a process", told[3], names_in(process), PAGE)
    check_names(tap, "JSON of a process", names_in(process))
    done = run_memtop("--json", "-n", "2", "-d", "0.3", "-p", str(os.getpid()))
    check_meaning(tap, json.loads(done.stdout.splitlines()[-1])["processes"][0], process, keys)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "run.jsonl")
        run_memtop("--record", path, "--report", "/dev/null", "--", "sleep", "0.3")
        done = run_memtop("--json", "--compare", path, path)
    found = json.loads(done.stdout)
    alike = {"b" + name[1:] for name in told[2] if name.startswith("a.")}
    names = {name for name in names_in(found) if not name.startswith(("programs[].a.", "programs[].b."))}
    tap.same("JSON of a comparison", told[2] | alike, names, PAGE)
    same = set(found["a"]) - {"file", "duration"}
    tap.ok(all(set(program["a"]) == same for program in found["programs"]), "... and of its programs")
    check_names(tap, "JSON of a comparison", names_in(found))
    titles = run_memtop("--csv", "-n", "1").stdout.splitlines()[0].split(",")
    tap.ok(titles == ["time"] + columns, "titles of the CSV", [str(titles)])
    check_containers(tap, look, of_containers)
    groups = run_memtop("--csv", "-n", "1", "-g", "user").stdout.splitlines()[0].split(",")
    tap.ok(groups == titles + ["at_most"], "... of groups", [str(groups)])
    tap.ok(len(set(titles)) == len(titles), "each title once", [str(titles)])


def check_environment(tap, manual):
    asked = set()
    for folder in ("src", "ui"):
        for path, _, names in os.walk(os.path.join(docs.SOURCE, folder)):
            for name in names:
                if name.endswith(".c"):
                    with open(os.path.join(path, name), encoding="utf-8") as file:
                        asked.update(re.findall(r'getenv\("(\w+)"\)', file.read()))
    told = {name for tag in manual.tags("ENVIRONMENT") for name in tag.split(", ")}
    tap.same("environment", told - {"LC_ALL", "LC_CTYPE", "LANG"}, asked, PAGE)


def check_sections(tap, manual):
    wanted = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "FILES", "EXAMPLES",
              "SEE ALSO"]
    missing = [name for name in wanted if not manual.sections.get(name)]
    tap.ok(not missing, "sections", missing)
    told = {tag for tag in manual.tags("EXIT STATUS")}
    tap.same("exit status", told, {"0", "1", "2", "125", "126", "127"}, PAGE)


def check_readme(tap, tables):
    known = set()
    for letter, name, _ in docs.options(tables):
        known.update((f"-{letter}", f"--{name}"))
    section = docs.read("README.md").split("## Options")[1].split("##")[0]
    told = {option for line in section.splitlines() if line.startswith("    -")
            for option in re.findall(r"--?[a-zA-Z-]+", line[:21])}
    tap.ok(len(told) > 10, "README.md has options")
    tap.ok(told <= known, "README.md has no others", sorted(told - known))


def check_readme_screens(tap):
    """The screens in README.md are golden ones, line for line; empty lines may be left out."""
    text = docs.read("README.md").splitlines()
    for golden, first, last in (("trouble-80x24", "Memory is the", "F1 Help"),):
        screen = docs.read(f"tests/golden/{golden}.txt").splitlines()
        found = []
        for lines, indent in ((text, 4), (screen, 0)):
            lines = [line[indent:].rstrip() for line in lines]
            begin = next(i for i, line in enumerate(lines) if line.startswith(first))
            end = next(i for i in range(begin, len(lines)) if lines[i].startswith(last))
            found.append([line for line in lines[begin:end + 1] if line])
        tap.same(f"README.md: {golden}", found[0], found[1], "README.md")


def check_readme_containers(tap):
    """The table of containers is of a real run, and its figures agree with each other."""
    lines = docs.read("README.md").split("memtop -b --containers")[1].splitlines()
    begin = next(i for i, line in enumerate(lines) if line.split()[:1] == ["NAME"])
    names = lines[begin].split()
    rows = [dict(zip(names, line.replace("▲ ", "").replace("· ", "").split())) for line in lines[begin + 1:begin + 5]]
    factors = {"K": 1, "M": 1024, "G": 1 << 20}
    for row in rows:
        used, peak = (float(row[name][:-1]) * factors[row[name][-1]] for name in ("USED", "PEAK"))
        agrees = used <= peak
        if row["LIMIT"] != "none":
            share = 100 * used / (float(row["LIMIT"][:-1]) * factors[row["LIMIT"][-1]])
            agrees = agrees and abs(share - float(row["%"].rstrip("%"))) < 1
        tap.ok(agrees, f"README.md: {row['NAME']}", row)


def check_form(tap, name):
    path = os.path.join(docs.SOURCE, name)
    for command in (["groff", "-man", "-Tutf8", "-ww", "-z", path],
                    ["mandoc", "-Tlint", "-Wwarning", path]):
        if not shutil.which(command[0]):
            tap.skip(f"{name}: {command[0]} has nothing to say", f"{command[0]} is not installed")
            continue
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              encoding="utf-8")
        tap.ok(done.returncode == 0 and not done.stdout, f"{name}: {command[0]} has nothing to say",
               done.stdout.splitlines())


def main():
    tap, tables, manual = docs.Tap(), docs.tables(), docs.Manual(PAGE)
    check_sections(tap, manual)
    check_options(tap, manual, tables)
    check_rules(tap, manual, tables)
    check_program_help(tap, tables)
    check_columns(tap, manual, tables)
    check_keys(tap, manual, tables)
    check_rest(tap, manual, tables)
    check_csv(tap, manual)
    check_schema(tap, manual, tables)
    check_environment(tap, manual)
    check_readme(tap, tables)
    check_readme_screens(tap)
    check_readme_containers(tap)
    for name in sorted(os.listdir(os.path.join(docs.SOURCE, "man"))):
        if re.fullmatch(r".*\.[1-8]", name):
            check_form(tap, f"man/{name}")
    tap.end()


main()
