/* SPDX-License-Identifier: GPL-2.0-or-later */
/* app_account - the account of memory over the table: made anew at each drawing (app_state.h) */
#include "ui/app_state.h"

#include "ui/account.h"

void app_account_open(struct app *app)
{
	app->account_top = 0;
	app->dialog = APP_ACCOUNT;
}

/* Until somebody sets one the baseline is the start, when all that is read slowly had come. */
void app_account_begin(struct app *app)
{
	if (app->account_base.at_ms == 0)
		account_make(&app->account_base, app_store(app));
}

void app_account_draw(struct app *app)
{
	account_make(&app->account, app_store(app));
	account_compare(&app->account, &app->account_base);
	account_draw(&app->canvas, &app->account, &app->account_top);
}

bool app_account_key(struct app *app, const struct key *key)
{
	long page = app->canvas.height > 5 ? app->canvas.height - 4 : 1;

	switch (key->code) {
	case KEYS_UP:
	case 'k':
		app->account_top--;
		break;
	case KEYS_DOWN:
	case 'j':
		app->account_top++;
		break;
	case KEYS_PAGE_UP:
		app->account_top -= page;
		break;
	case KEYS_PAGE_DOWN:
	case ' ':
		app->account_top += page;
		break;
	case KEYS_HOME:
		app->account_top = 0;
		break;
	case KEYS_END:
		app->account_top = (long)app->account.count;
		break;
	case 'b':
		app_act(app, ACTION_BASELINE);
		break;
	case KEYS_ESC:
	case KEYS_ENTER:
	case KEYS_F10:
	case KEYS_CTRL_C:
	case 'q':
	case 'w':
		return false;
	default:
		break;
	}
	return true;
}
