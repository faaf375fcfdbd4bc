/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LivekitOffer: our side of the negotiation. */

#include "livekit/livekitoffer.h"

struct _LivekitOffer
{
  guint last_id;                /* 0: none sent yet */
  gint64 deadline;              /* -1: none in flight */
  GQueue kept;                  /* of LivekitKept */
};

LivekitOffer *
livekit_offer_new (void)
{
  LivekitOffer *self = g_new0 (LivekitOffer, 1);

  self->deadline = -1;
  g_queue_init (&self->kept);
  return self;
}

void
livekit_offer_free (LivekitOffer * self)
{
  g_return_if_fail (self != NULL);

  g_queue_clear_full (&self->kept, (GDestroyNotify) livekit_kept_free);
  g_free (self);
}

void
livekit_kept_free (LivekitKept * self)
{
  g_return_if_fail (self != NULL);

  g_free (self->candidate);
  g_free (self);
}

gboolean
livekit_offer_is_in_flight (LivekitOffer * self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->deadline >= 0;
}

guint
livekit_offer_begin (LivekitOffer * self, gint64 now)
{
  g_return_val_if_fail (self != NULL && self->deadline < 0, 0);

  self->last_id++;
  self->deadline = now + LIVEKIT_OFFER_TIMEOUT;
  return self->last_id;
}

gboolean
livekit_offer_answered (LivekitOffer * self, guint id)
{
  g_return_val_if_fail (self != NULL, FALSE);

  /* A server without ids answers with 0; it answers in order, so that can
   * only be the one in flight. */
  if (self->deadline < 0 || (id != 0 && id != self->last_id))
    return FALSE;
  self->deadline = -1;
  return TRUE;
}

gint64
livekit_offer_get_deadline (LivekitOffer * self)
{
  g_return_val_if_fail (self != NULL, -1);

  return self->deadline;
}

gboolean
livekit_offer_keep (LivekitOffer * self, LivekitTarget target, guint mline,
    const gchar * candidate)
{
  g_return_val_if_fail (self != NULL && candidate != NULL, FALSE);

  /* The subscriber connection was offered by the server, which therefore
   * knows it already. */
  if (self->last_id > 0 || target == LIVEKIT_TARGET_SUBSCRIBER)
    return TRUE;
  LivekitKept *kept = g_new0 (LivekitKept, 1);
  kept->target = target;
  kept->mline = mline;
  kept->candidate = g_strdup (candidate);
  g_queue_push_tail (&self->kept, kept);
  return FALSE;
}

LivekitKept *
livekit_offer_take_kept (LivekitOffer * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->last_id > 0 ? g_queue_pop_head (&self->kept) : NULL;
}
