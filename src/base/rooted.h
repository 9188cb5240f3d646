/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rooted - a file in a folder that somebody else may change while we look, such as a jail's
 *
 * What a process has mapped is named by the kernel, but what lies at that name is the process's to
 * choose: a link out of its jail, a FIFO, a device that does something when it is opened.
 */
#pragma once

#include <stdint.h>

enum { ROOTED_ANY = 0 }; /* no inode has that number */

/* Opens the plain file of that INODE, or ROOTED_ANY, at PATH ("/lib/x.so") below the folder ROOT,
 * to be read.  No link is followed on the way, ".." leads nowhere, and nothing but a plain file is
 * ever opened.  A descriptor, or -errno: -ELOOP (a link), -EINVAL (another kind of file), -ESTALE
 * (another file).  Does without openat2(2), whose flags no filter of system calls can see. */
int rooted_open(int root, const char *path, uint64_t inode);

/* The place of PATH below ROOT, of any kind, found the same way: a descriptor that tells what it
 * is (fstat, fstatvfs) and with which nothing can be read; -errno. */
int rooted_place(int root, const char *path);
