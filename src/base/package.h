/* SPDX-License-Identifier: GPL-2.0-or-later */
/* package - the installed package that a file is of, by where it lies
 *
 * Of Python: what stands behind the last site-packages or dist-packages ("numpy", also of
 * numpy.libs and numpy.py); of Node.js: behind the last node_modules ("@scope/name" is one); of
 * Ruby: the gem without its version; of Java: the name of the jar.
 */
#pragma once

enum { PACKAGE_NAME_MOST = 64 };

enum package_kind { PACKAGE_NONE, PACKAGE_PYTHON, PACKAGE_NODE, PACKAGE_RUBY, PACKAGE_JAR };

/* PATH is clean; NAME gets the package, cut where it is longer; "" with PACKAGE_NONE, and for the
 * folder of packages itself. */
enum package_kind package_of(const char *path, char name[PACKAGE_NAME_MOST]);

/* "Python", "Node.js" ...; "" for PACKAGE_NONE. */
const char *package_kind_title(enum package_kind kind);
