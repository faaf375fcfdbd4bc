/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* HangResolver: a GResolver for tests, in which every name hangs until it is
 * cancelled, or is not found, or is where the test says. Set as the default
 * while it lives; numeric addresses need no resolver and stay as they are. */
#pragma once

#include <gio/gio.h>

typedef struct _HangResolver HangResolver;

/* @fail: lookups fail at once instead of hanging. */
HangResolver *hang_resolver_new (gboolean fail);
/* Each name is at @addresses, of IPv4, in this order. */
HangResolver *hang_resolver_new_at (const gchar *const *addresses);
void hang_resolver_free (HangResolver *self);

/* Waits until @count lookups have been asked for; FALSE when they were not
 * within a time that only a broken test needs. */
gboolean hang_resolver_wait (HangResolver *self, guint count);
/* How many lookups hang now. */
guint hang_resolver_get_hanging (HangResolver *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HangResolver, hang_resolver_free)
