/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PublisherSignals: the signals of the process, as calls in a main context.
 * SIGINT, SIGTERM, SIGQUIT and SIGHUP. The second of the first three cuts the
 * process from within the handler, whatever its threads are doing. */
#pragma once

#include <glib.h>

typedef struct _PublisherSignals PublisherSignals;
typedef void (*PublisherSignalsFunc) (gint number, gpointer user_data);

/* One at a time in a process. A signal that the parent has set to be ignored,
 * as nohup does, stays ignored; not so SIGHUP when it is @hup_wanted. Fails
 * when there is no pipe to be had. */
PublisherSignals *publisher_signals_new (GMainContext *context,
    gboolean hup_wanted, PublisherSignalsFunc func, gpointer user_data,
    GError **error);

/* The end is near: from now on the four signals are ignored, so that one more
 * of them, or an echo, does not change the exit code. */
void publisher_signals_free (PublisherSignals *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PublisherSignals, publisher_signals_free)
