/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_account - the account of the machine's memory as text */
#pragma once

#include "base/buf.h"
#include "model/account.h"

/* A line of titles, a line for each of ACCOUNT, and what all parts come to. */
void report_account(struct buf *out, const struct account *account);
