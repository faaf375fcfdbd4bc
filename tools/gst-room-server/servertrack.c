/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "servertrack.h"

#include <gst/video/video.h>

#include "life/lifelock.h"
#include "serverdebug.h"
#include "serverloss.h"

/* Of a packet, besides its bytes. */
#define PACKET_COST 512

struct _ServerTrack
{
  LifeLoop *loop;
  guint32 ssrc;
  ServerSync *sync;
  gint *budget;                 /* bytes that the client's tracks hold; atomic */
  ServerTrackFindFunc find;
  ServerTrackFoundFunc found;
  gpointer user_data;
  GDestroyNotify destroy;

  /* The streaming thread's. */
  ServerLoss loss;

  LifeLock lock;                /* guards all below */
  GstPad *pad;                  /* NULL: closed */
  ServerOffer *offer;           /* set once, when it is found */
  guint mline;
  const ServerFormat *format;   /* NULL: not found */
  GPtrArray *held;              /* of GstBuffer; NULL: a fan has had them, or
                                 * none will */
  gint held_size;               /* of the budget */
  ServerFan *fan;
  guint turn;
};

ServerTrack *
server_track_ref (ServerTrack * self)
{
  return g_atomic_rc_box_acquire (self);
}

/* Under the lock; NULL: there is nothing. */
static GPtrArray *
steal_held (ServerTrack * self)
{
  g_atomic_int_add (self->budget, -self->held_size);
  self->held_size = 0;
  return g_steal_pointer (&self->held);
}

/* Under the lock. The budget may be passed by a packet of each thread. */
static void
hold (ServerTrack * self, GstBuffer * buffer)
{
  gint size = gst_buffer_get_size (buffer) + PACKET_COST;
  guint most = self->format != NULL ? SERVER_TRACK_MAX_HELD
      : SERVER_TRACK_MAX_UNKNOWN;

  if (self->held == NULL || self->held->len >= most
      || g_atomic_int_get (self->budget) + size > SERVER_TRACK_MAX_BYTES)
    return;
  g_atomic_int_add (self->budget, size);
  self->held_size += size;
  g_ptr_array_add (self->held, gst_buffer_ref (buffer));
}

static void
clear (gpointer data)
{
  ServerTrack *self = data;
  g_autoptr (GPtrArray) held = steal_held (self);

  if (self->destroy != NULL)
    self->destroy (self->user_data);
  gst_clear_object (&self->pad);
  g_clear_pointer (&self->offer, server_offer_unref);
  g_clear_pointer (&self->fan, server_fan_unref);
  server_sync_unref (self->sync);
  life_lock_clear (&self->lock);
  life_loop_unref (self->loop);
}

void
server_track_unref (ServerTrack * self)
{
  g_atomic_rc_box_release_full (self, clear);
}

static void
deliver_found (gpointer data)
{
  ServerTrack *self = data;

  life_lock_lock (&self->lock);
  /* The client may have taken it back meanwhile. */
  gboolean open = self->pad != NULL && self->format != NULL;
  life_lock_unlock (&self->lock);
  if (open)
    self->found (self, self->user_data);
}

/* In the streaming thread, until it is found. */
static void
look (ServerTrack * self, const ServerPacket * packet, const guint8 * data)
{
  g_autoptr (ServerOffer) offer = NULL;
  gint mline = self->find (packet, data, &offer, self->user_data);

  if (mline < 0 || !server_offer_get (offer, mline)->sends)
    return;
  const ServerFormat *format =
      server_section_find_pt (server_offer_get (offer, mline), packet->pt);
  if (format == NULL)
    return;
  life_lock_lock (&self->lock);
  self->offer = g_steal_pointer (&offer);
  self->mline = mline;
  self->format = format;
  life_lock_unlock (&self->lock);
  life_loop_post (self->loop, deliver_found, server_track_ref (self),
      (GDestroyNotify) server_track_unref);
}

static gboolean
read_packet (ServerTrack * self, GstBuffer * buffer, gboolean known,
    ServerPacket * packet)
{
  GstMapInfo map;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return FALSE;
  gboolean read = server_packet_parse (packet, map.data, map.size);
  if (read && !known)
    look (self, packet, map.data);
  gst_buffer_unmap (buffer, &map);
  return read;
}

/* As a jitterbuffer does, and webrtcbin's sees no packet: the session makes a
 * NACK of it, and the element that puts retransmissions back in remembers of
 * which stream they are. */
static void
send_loss (ServerTrack * self, guint16 seq, guint pt)
{
  life_lock_lock (&self->lock);
  g_autoptr (GstPad) pad =
      self->pad != NULL ? gst_object_ref (self->pad) : NULL;
  life_lock_unlock (&self->lock);
  if (pad == NULL)
    return;
  GST_LOG_OBJECT (pad, "asking for %u again", seq);
  gst_pad_send_event (pad, gst_event_new_custom (GST_EVENT_CUSTOM_UPSTREAM,
          gst_structure_new ("GstRTPRetransmissionRequest", "seqnum",
              G_TYPE_UINT, (guint) seq, "ssrc", G_TYPE_UINT, self->ssrc,
              "payload-type", G_TYPE_UINT, pt, "delay", G_TYPE_UINT, 0,
              "deadline", G_TYPE_UINT, 0, "avg-rtt", G_TYPE_UINT, 0, NULL)));
}

static void
ask_for_lost (ServerTrack * self, const ServerPacket * packet)
{
  gint64 now = g_get_monotonic_time ();
  guint16 seq;

  server_loss_note (&self->loss, packet->seq, now);
  while (server_loss_take (&self->loss, &seq, now))
    send_loss (self, seq, packet->pt);
}

static void
push_all (GPtrArray * held, ServerFan * fan, guint turn)
{
  gint64 now = g_get_monotonic_time ();

  for (guint i = 0; i < held->len; i++)
    server_fan_push (fan, turn, g_ptr_array_index (held, i), now);
}

static void
take (ServerTrack * self, GstBuffer * buffer)
{
  g_autoptr (GPtrArray) held = NULL;
  g_autoptr (ServerFan) fan = NULL;
  ServerPacket packet;

  life_lock_lock (&self->lock);
  gboolean closed = self->pad == NULL;
  gboolean known = self->format != NULL;
  gboolean video = known && self->format->codec->video;
  guint turn = self->turn;
  if (self->fan != NULL) {
    fan = server_fan_ref (self->fan);
    held = steal_held (self);
  } else {
    hold (self, buffer);
  }
  life_lock_unlock (&self->lock);
  if (closed || !read_packet (self, buffer, known, &packet))
    return;
  if (video)
    ask_for_lost (self, &packet);
  if (held != NULL)
    push_all (held, fan, turn);
  if (fan != NULL)
    server_fan_push (fan, turn, buffer, g_get_monotonic_time ());
}

static gboolean
take_each (GstBuffer ** buffer, guint index, gpointer data)
{
  take (data, *buffer);
  return TRUE;
}

/* Nothing goes on: webrtcbin 1.22 ends the process over a stream of which it
 * knows no section, and the connection over one whose section has ended. It
 * knows that from lines that the client wrote, and he sends when he likes. */
static GstPadProbeReturn
on_packet (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  ServerTrack *self = data;

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST)
    gst_buffer_list_foreach (GST_PAD_PROBE_INFO_BUFFER_LIST (info), take_each,
        self);
  else
    take (self, GST_PAD_PROBE_INFO_BUFFER (info));
  return GST_PAD_PROBE_DROP;
}

static GPtrArray *
new_held (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) gst_buffer_unref);
}

ServerTrack *
server_track_new (LifeLoop * loop, GstPad * pad, guint32 ssrc,
    ServerSync * sync, gint * budget, ServerTrackFindFunc find,
    ServerTrackFoundFunc found, gpointer user_data, GDestroyNotify destroy)
{
  ServerTrack *self = g_atomic_rc_box_new0 (ServerTrack);

  self->loop = life_loop_ref (loop);
  self->ssrc = ssrc;
  self->sync = server_sync_ref (sync);
  self->budget = budget;
  self->find = find;
  self->found = found;
  self->user_data = user_data;
  self->destroy = destroy;
  server_loss_init (&self->loss);
  life_lock_init (&self->lock);
  self->held = new_held ();
  self->pad = gst_object_ref (pad);
  gst_pad_add_probe (pad,
      GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_packet,
      server_track_ref (self), (GDestroyNotify) server_track_unref);
  return self;
}

gboolean
server_track_is_found (ServerTrack * self)
{
  LIFE_LOCK_HOLD (&self->lock);
  return self->format != NULL;
}

const ServerSection *
server_track_get_section (ServerTrack * self)
{
  return server_offer_get (self->offer, self->mline);
}

const ServerCodec *
server_track_get_codec (ServerTrack * self)
{
  return self->format->codec;
}

guint
server_track_get_mline (ServerTrack * self)
{
  return self->mline;
}

/* In the loop. rtpsession makes a PLI of it or, where that was not agreed on, a
 * FIR. */
static void
send_request (gpointer data)
{
  ServerTrack *self = data;

  life_lock_lock (&self->lock);
  g_autoptr (GstPad) pad =
      self->pad != NULL && self->format != NULL
      ? gst_object_ref (self->pad) : NULL;
  guint pt = pad != NULL ? self->format->pt : 0;
  life_lock_unlock (&self->lock);
  if (pad == NULL)
    return;
  GstEvent *event =
      gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE, FALSE,
      0);
  gst_structure_set (gst_event_writable_structure (event), "ssrc", G_TYPE_UINT,
      self->ssrc, "payload", G_TYPE_UINT, pt, NULL);
  GST_DEBUG_OBJECT (pad, "asking for a key frame");
  gst_pad_send_event (pad, event);
}

static void
on_asked (gpointer data)
{
  ServerTrack *self = data;

  life_loop_post (self->loop, send_request, server_track_ref (self),
      (GDestroyNotify) server_track_unref);
}

static gint64
get_time (guint32 timestamp, guint clock_rate, gint64 arrival, gpointer data)
{
  ServerTrack *self = data;

  return server_sync_get_time (self->sync, self->ssrc, timestamp, clock_rate,
      arrival);
}

gboolean
server_track_attach (ServerTrack * self, ServerFan * fan)
{
  ServerFanSource source = { on_asked, (GDestroyNotify) server_track_unref,
    get_time, server_track_get_section (self)->extensions
  };

  g_return_val_if_fail (server_fan_get_codec (fan)
      == server_track_get_codec (self), FALSE);

  life_lock_lock (&self->lock);
  gboolean open = self->pad != NULL && self->fan == NULL;
  life_lock_unlock (&self->lock);
  if (!open)
    return FALSE;
  guint turn = server_fan_begin (fan, &source, server_track_ref (self));
  if (turn == 0)
    return FALSE;
  server_fan_set_fmtp (fan, self->format->fmtp);
  LIFE_LOCK_HOLD (&self->lock);
  self->turn = turn;
  self->fan = server_fan_ref (fan);
  return TRUE;
}

void
server_track_give_up (ServerTrack * self)
{
  life_lock_lock (&self->lock);
  g_autoptr (GPtrArray) held = steal_held (self);
  life_lock_unlock (&self->lock);
}

void
server_track_withdraw (ServerTrack * self)
{
  life_lock_lock (&self->lock);
  g_autoptr (ServerFan) fan = g_steal_pointer (&self->fan);
  g_autoptr (GPtrArray) held = steal_held (self);
  g_autoptr (ServerOffer) offer = g_steal_pointer (&self->offer);
  guint turn = self->turn;
  self->held = new_held ();
  self->format = NULL;
  life_lock_unlock (&self->lock);
  if (fan != NULL)
    server_fan_leave (fan, turn);
}

void
server_track_close (ServerTrack * self)
{
  life_lock_lock (&self->lock);
  g_autoptr (GstPad) pad = g_steal_pointer (&self->pad);
  g_autoptr (ServerFan) fan = g_steal_pointer (&self->fan);
  g_autoptr (GPtrArray) held = steal_held (self);
  guint turn = self->turn;
  life_lock_unlock (&self->lock);
  if (fan != NULL)
    server_fan_leave (fan, turn);
}
