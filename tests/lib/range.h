/* SPDX-License-Identifier: GPL-2.0-or-later */
/* range - assert_uint_in_range(value, least, most) with every cmocka
 *
 * Since 2.0 it is cmocka's own, and the older name is deprecated, which is the same comparison:
 * without a sign, so that what is below 0 is above any range.  Include it behind cmocka.h.
 */
#pragma once

#ifndef assert_uint_in_range
#define assert_uint_in_range assert_in_range
#endif
