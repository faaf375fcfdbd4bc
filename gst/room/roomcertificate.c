/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomCertificate: see roomcertificate.h. */

#include "roomcertificate.h"

#include <gst/gst.h>

#include "life/lifelock.h"

/* The certificate is one for the process, and so is this. */
static gsize begun;             /* for g_once_init_enter() */
static LifeLock lock;
static GThread *thread;         /* guarded by lock; NULL: not begun, or joined */

static gpointer
make_certificate (gpointer unused)
{
  /* dtlsdec makes the certificate when the first is created, and keeps it. */
  GstElement *element = gst_element_factory_make ("dtlsdec", NULL);
  if (element)
    gst_object_unref (gst_object_ref_sink (element));
  return NULL;
}

void
room_certificate_prepare (void)
{
  if (!g_once_init_enter (&begun))
    return;
  life_lock_init (&lock);
  /* Without a thread the first offer makes it, later. */
  thread = g_thread_try_new ("room-certificate", make_certificate, NULL, NULL);
  g_once_init_leave (&begun, 1);
}

void
room_certificate_wait (void)
{
  if (!g_atomic_pointer_get (&begun))
    return;
  /* Under the lock: whoever comes second waits as well. The thread knows
   * nothing of the lock. */
  life_lock_lock (&lock);
  g_clear_pointer (&thread, g_thread_join);
  life_lock_unlock (&lock);
}
