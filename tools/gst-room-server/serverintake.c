/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerIntake: rtpbin has one demultiplexer for each bundle, made when the
 * first description is set. */
#include "serverintake.h"

#include <stdio.h>
#include <string.h>

#include "life/lifelock.h"
#include "serverfeedback.h"
#include "servernack.h"

/* webrtcbin takes as many streams as come, each with elements and a thread of
 * its own; a client's are few. */
#define MAX_TRACKS 256

struct _ServerIntake
{
  LifeLoop *loop;
  ServerIntakeFunc found;
  ServerIntakeFunc gone;
  gpointer user_data;
  ServerFeedback *feedback;
  ServerSync *sync;

  gint held;                    /* bytes that all tracks hold; atomic */

  LifeLock lock;                /* guards all below; before a track's */
  gboolean closed;
  ServerOffer *offer;
  GPtrArray *tracks;            /* of ServerTrack */
};

static GPtrArray *
new_list (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) server_track_unref);
}

static ServerIntake *
intake_ref (ServerIntake * self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  ServerIntake *self = data;

  g_clear_pointer (&self->offer, server_offer_unref);
  server_feedback_unref (self->feedback);
  server_sync_unref (self->sync);
  g_ptr_array_unref (self->tracks);
  life_lock_clear (&self->lock);
  life_loop_unref (self->loop);
}

void
server_intake_unref (ServerIntake * self)
{
  g_atomic_rc_box_release_full (self, clear);
}

static void
unref_closure (gpointer data, GClosure * closure)
{
  server_intake_unref (data);
}

/* By what the packet says of itself; sections may number that differently. */
static gint
find_by_mid (const ServerOffer * offer, const ServerPacket * packet,
    const guint8 * data)
{
  for (guint i = 0; i < server_offer_get_size (offer); i++) {
    ServerExtensions found;
    server_packet_find_extensions (packet, data,
        &server_offer_get (offer, i)->extensions, &found);
    guint length = found.length[SERVER_EXTENSION_MID];
    gint mline = length > 0 ? server_offer_find (offer, packet->ssrc,
        (const gchar *) data + found.offset[SERVER_EXTENSION_MID], length) : -1;
    if (mline >= 0)
      return mline;
  }
  return -1;
}

/* Of several sizes one was taken, but clients have been seen to send all. */
static gboolean
is_other_size (const ServerSection * section, const ServerPacket * packet,
    const guint8 * data)
{
  ServerExtensions found;

  if (section->rid == NULL)
    return FALSE;
  server_packet_find_extensions (packet, data, &section->extensions, &found);
  guint length = found.length[SERVER_EXTENSION_RID];
  return strlen (section->rid) != length || memcmp (section->rid,
      data + found.offset[SERVER_EXTENSION_RID], length) != 0;
}

/* In a streaming thread. */
static gint
find (const ServerPacket * packet, const guint8 * data, ServerOffer ** offer,
    gpointer user_data)
{
  ServerIntake *self = user_data;

  life_lock_lock (&self->lock);
  g_autoptr (ServerOffer) own =
      self->offer != NULL ? server_offer_ref (self->offer) : NULL;
  life_lock_unlock (&self->lock);
  if (own == NULL)
    return -1;
  gint mline = server_offer_find (own, packet->ssrc, NULL, 0);
  if (mline < 0)
    mline = find_by_mid (own, packet, data);
  if (mline < 0 || is_other_size (server_offer_get (own, mline), packet, data))
    return -1;
  *offer = g_steal_pointer (&own);
  return mline;
}

static void
on_found (ServerTrack * track, gpointer user_data)
{
  ServerIntake *self = user_data;

  life_lock_lock (&self->lock);
  gboolean closed = self->closed;
  life_lock_unlock (&self->lock);
  if (!closed)
    self->found (track, self->user_data);
}

/* In a streaming thread: the first packet of a stream is about to follow. */
static void
on_pad_added (GstElement * demux, GstPad * pad, gpointer data)
{
  ServerIntake *self = data;
  g_autofree gchar *name = gst_pad_get_name (pad);
  guint32 ssrc;

  if (sscanf (name, "src_%u", &ssrc) != 1)
    return;
  g_autoptr (ServerTrack) track = server_track_new (self->loop, pad, ssrc,
      self->sync, &self->held, find, on_found, intake_ref (self),
      (GDestroyNotify) server_intake_unref);
  life_lock_lock (&self->lock);
  gboolean taken = !self->closed && self->tracks->len < MAX_TRACKS;
  if (taken)
    g_ptr_array_add (self->tracks, server_track_ref (track));
  life_lock_unlock (&self->lock);
  if (!taken)
    server_track_close (track);
}

static void
connect_signal (ServerIntake * self, gpointer object, const gchar * signal,
    GCallback callback)
{
  g_signal_connect_data (object, signal, callback, intake_ref (self),
      unref_closure, 0);
}

/* In a thread of webrtcbin. */
static void
on_element_added (GstBin * bin, GstBin * within, GstElement * element,
    gpointer data)
{
  GstElementFactory *factory = gst_element_get_factory (element);

  if (factory == NULL
      || !g_str_equal (GST_OBJECT_NAME (factory), "rtpssrcdemux"))
    return;
  g_object_set (element, "max-streams", MAX_TRACKS, NULL);
  connect_signal (data, element, "pad-added", G_CALLBACK (on_pad_added));
}

ServerIntake *
server_intake_new (LifeLoop * loop, ServerPeer * peer, ServerIntakeFunc found,
    ServerIntakeFunc gone, gpointer user_data)
{
  ServerIntake *self = g_atomic_rc_box_new0 (ServerIntake);

  self->loop = life_loop_ref (loop);
  self->found = found;
  self->gone = gone;
  self->user_data = user_data;
  life_lock_init (&self->lock);
  self->tracks = new_list ();
  self->feedback = server_feedback_new (server_peer_get_bin (peer));
  server_nack_watch (server_peer_get_bin (peer));
  self->sync = server_sync_new ();
  server_sync_watch (self->sync, server_peer_get_bin (peer));
  connect_signal (self, server_peer_get_bin (peer), "deep-element-added",
      G_CALLBACK (on_element_added));
  return self;
}

/* Under the lock: the tracks whose section sends no more. */
static GPtrArray *
list_gone (ServerIntake * self)
{
  GPtrArray *gone = new_list ();

  for (guint i = 0; i < self->tracks->len; i++) {
    ServerTrack *track = g_ptr_array_index (self->tracks, i);
    if (server_track_is_found (track) && !server_offer_get (self->offer,
            server_track_get_mline (track))->sends)
      g_ptr_array_add (gone, server_track_ref (track));
  }
  return gone;
}

/* The same in all sections that have it. */
static void
set_feedback (ServerIntake * self, const ServerOffer * offer)
{
  for (guint i = 0; i < server_offer_get_size (offer); i++)
    server_feedback_set_number (self->feedback, server_offer_get (offer,
            i)->extensions.id[SERVER_EXTENSION_TRANSPORT]);
}

void
server_intake_set_offer (ServerIntake * self, ServerOffer * offer)
{
  set_feedback (self, offer);
  life_lock_lock (&self->lock);
  g_autoptr (ServerOffer) old = g_steal_pointer (&self->offer);
  self->offer = server_offer_ref (offer);
  g_autoptr (GPtrArray) gone = list_gone (self);
  life_lock_unlock (&self->lock);
  for (guint i = 0; i < gone->len; i++) {
    self->gone (g_ptr_array_index (gone, i), self->user_data);
    server_track_withdraw (g_ptr_array_index (gone, i));
  }
}

void
server_intake_close (ServerIntake * self)
{
  life_lock_lock (&self->lock);
  self->closed = TRUE;
  g_autoptr (GPtrArray) tracks = g_steal_pointer (&self->tracks);
  self->tracks = new_list ();
  life_lock_unlock (&self->lock);
  for (guint i = 0; i < tracks->len; i++)
    server_track_close (g_ptr_array_index (tracks, i));
}
