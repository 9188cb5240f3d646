/* SPDX-License-Identifier: GPL-2.0-or-later */
/* headline_pressure - see headline_pressure.h */
#include "model/headline_pressure.h"

/* The least that is worth a word. */
static const struct {
	double some_percent; /* pressure: programs wait */
	double full_percent;
	double little_percent; /* less is none */
	double short_percent;  /* available */
	double tight_percent;
	double plenty_percent; /* pressure with so much left has another reason */
	double refaults_s;     /* pages a second, of the machine */
	double traffic_kib_s;  /* of swap */
} LIMITS = {
	.some_percent = 10,
	.full_percent = 5,
	.little_percent = 1,
	.short_percent = 5,
	.tight_percent = 10,
	.plenty_percent = 20,
	.refaults_s = 50,
	.traffic_kib_s = 256,
};

double headline_available_percent(const struct headline_facts *facts)
{
	if (facts->machine_limit_kib == 0)
		return 100;
	return 100 * (double)facts->available_kib / (double)facts->machine_limit_kib;
}

bool headline_is_tight(const struct headline_facts *facts)
{
	return headline_available_percent(facts) < LIMITS.tight_percent;
}

bool headline_has_plenty(const struct headline_facts *facts)
{
	return headline_available_percent(facts) >= LIMITS.plenty_percent;
}

bool headline_knows_stalls(const struct headline_facts *facts)
{
	return facts->system->known & SYSTEM_PSI;
}

double headline_swap_traffic(const struct headline_facts *facts)
{
	return facts->system->known & SYSTEM_SWAP_RATE
		       ? facts->system->swap_in_kib_s + facts->system->swap_out_kib_s
		       : 0;
}

bool headline_is_stalled(const struct headline_facts *facts)
{
	const struct system_figures *system = facts->system;

	if (headline_knows_stalls(facts))
		return system->psi_some_avg10 >= LIMITS.some_percent ||
		       system->psi_full_avg10 >= LIMITS.full_percent;
	return headline_is_tight(facts) && headline_swap_traffic(facts) >= 4 * LIMITS.traffic_kib_s;
}

bool headline_lacks_pages(const struct headline_facts *facts)
{
	const struct system_figures *system = facts->system;

	if (headline_is_stalled(facts))
		return true;
	if (system->known & SYSTEM_SWAP_RATE && system->swap_in_kib_s >= LIMITS.traffic_kib_s)
		return true;
	return system->known & SYSTEM_REFAULT_RATE &&
	       system->refault_pages_s >= LIMITS.refaults_s && !headline_has_plenty(facts);
}

bool headline_swap_is_used_up(const struct system_figures *system)
{
	return system->swap_free_kib * 10 < system->swap_total_kib || system->swap_total_kib == 0;
}

bool headline_is_short(const struct headline_facts *facts)
{
	double percent = headline_available_percent(facts);

	if (facts->unmeasured)
		return false;
	return percent < LIMITS.short_percent ||
	       (percent < LIMITS.tight_percent && headline_swap_is_used_up(facts->system));
}

const char *headline_pressure_words(const struct headline_facts *facts)
{
	if (headline_knows_stalls(facts))
		return facts->system->psi_some_avg10 < LIMITS.little_percent ? ", no pressure"
									     : ", little pressure";
	if (!(facts->system->known & SYSTEM_SWAP_RATE))
		return "";
	return headline_swap_traffic(facts) < LIMITS.traffic_kib_s ? ", no swapping"
								   : ", some swapping";
}
