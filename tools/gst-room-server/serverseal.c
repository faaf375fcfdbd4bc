/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerSeal: srtpenc makes, fills and throws away two contexts of its library
 * for each packet, which costs more than all the rest of the way. */
#include "serverseal.h"

#include "life/lifelock.h"
#include "serverdebug.h"
#include "serversrtp.h"

typedef struct
{
  LifeLock lock;                /* guards all below */
  guint8 key[SERVER_SRTP_KEY_SIZE];     /* the last of our kind */
  ServerSrtp *srtp;             /* with it; NULL: there was none */
  gboolean used;                /* what is agreed on now is ours */
} Seal;

/* One way through the element. */
typedef struct
{
  Seal *seal;
  GstPad *src;
} SealWay;

static void
clear (gpointer data)
{
  Seal *self = data;

  g_clear_pointer (&self->srtp, server_srtp_free);
  explicit_bzero (self->key, sizeof self->key);
  life_lock_clear (&self->lock);
}

static void
seal_unref (gpointer data, GClosure * closure)
{
  g_atomic_rc_box_release_full (data, clear);
}

static void
way_free (gpointer data)
{
  SealWay *way = data;

  seal_unref (way->seal, NULL);
  gst_object_unref (way->src);
  g_free (way);
}

/* Under the lock. NULL: it must not be sent. The packet may be in pieces, and
 * be kept for a retransmission. */
static GstBuffer *
protect (Seal * self, GstBuffer * packet)
{
  gsize size = gst_buffer_get_size (packet);
  GstBuffer *made =
      gst_buffer_new_allocate (NULL, size + SERVER_SRTP_TAG_SIZE, NULL);
  gboolean done = FALSE;
  GstMapInfo map;

  if (gst_buffer_map (made, &map, GST_MAP_WRITE)) {
    gst_buffer_extract (packet, 0, map.data, size);
    done = server_srtp_protect (self->srtp, map.data, size);
    gst_buffer_unmap (made, &map);
  }
  if (!done) {
    gst_buffer_unref (made);
    return NULL;
  }
  gst_buffer_copy_into (made, packet,
      GST_BUFFER_COPY_FLAGS | GST_BUFFER_COPY_TIMESTAMPS, 0, -1);
  return made;
}

static GstBufferList *
protect_all (Seal * self, GstBufferList * packets)
{
  guint count = gst_buffer_list_length (packets);
  GstBufferList *made = gst_buffer_list_new_sized (count);

  for (guint i = 0; i < count; i++) {
    GstBuffer *packet = protect (self, gst_buffer_list_get (packets, i));
    if (packet != NULL)
      gst_buffer_list_add (made, packet);
  }
  return made;
}

/* In a streaming thread, with the pad's stream lock. */
static GstPadProbeReturn
on_packets (GstPad * sink, GstPadProbeInfo * info, gpointer data)
{
  SealWay *way = data;
  gboolean list = (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST) != 0;
  GstBufferList *packets = NULL;
  GstBuffer *packet = NULL;

  life_lock_lock (&way->seal->lock);
  gboolean known = way->seal->used && way->seal->srtp != NULL;
  if (known && list)
    packets = protect_all (way->seal, info->data);
  else if (known)
    packet = protect (way->seal, info->data);
  life_lock_unlock (&way->seal->lock);
  if (!known)
    return GST_PAD_PROBE_OK;
  gst_mini_object_unref (g_steal_pointer (&info->data));
  GST_PAD_PROBE_INFO_FLOW_RETURN (info) =
      list ? gst_pad_push_list (way->src, packets)
      : packet != NULL ? gst_pad_push (way->src, packet) : GST_FLOW_OK;
  return GST_PAD_PROBE_HANDLED;
}

/* In any thread. The two pads of a way have one number. */
static void
on_pad_added (GstElement * element, GstPad * pad, gpointer data)
{
  static const gchar prefix[] = "rtp_src_";

  if (!g_str_has_prefix (GST_PAD_NAME (pad), prefix))
    return;
  g_autofree gchar *name =
      g_strconcat ("rtp_sink_", GST_PAD_NAME (pad) + strlen (prefix), NULL);
  g_autoptr (GstPad) sink = gst_element_get_static_pad (element, name);
  if (sink == NULL)
    return;
  SealWay *way = g_new0 (SealWay, 1);
  way->seal = g_atomic_rc_box_acquire (data);
  way->src = gst_object_ref (pad);
  gst_pad_add_probe (sink,
      GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_packets,
      way, way_free);
}

static gboolean
on_pad (GstElement * element, GstPad * pad, gpointer data)
{
  on_pad_added (element, pad, data);
  return TRUE;
}

static gboolean
is_set_to (GstElement * element, const gchar * property, const gchar * nick)
{
  GValue value = G_VALUE_INIT;

  g_object_get_property (G_OBJECT (element), property, &value);
  const GEnumValue *found = g_enum_get_value (g_type_class_peek (G_VALUE_TYPE
          (&value)), g_value_get_enum (&value));
  g_value_unset (&value);
  return found != NULL && g_str_equal (found->value_nick, nick);
}

/* The same key goes on as it was: from the beginning would be all its numbers
 * once more. So it does when there was another kind between. */
static void
take_key (Seal * self, const guint8 * key)
{
  LIFE_LOCK_HOLD (&self->lock);

  self->used = TRUE;
  if (self->srtp != NULL && memcmp (self->key, key, sizeof self->key) == 0)
    return;
  g_clear_pointer (&self->srtp, server_srtp_free);
  memcpy (self->key, key, sizeof self->key);
  self->srtp = server_srtp_new (key);
}

static void
leave_to_srtpenc (Seal * self)
{
  LIFE_LOCK_HOLD (&self->lock);

  self->used = FALSE;
}

/* In the thread of the DTLS connection, before packets may flow. */
static void
on_key (GstElement * element, GParamSpec * spec, gpointer data)
{
  g_autoptr (GstBuffer) key = NULL;
  guint8 bytes[SERVER_SRTP_KEY_SIZE];

  g_object_get (element, "key", &key, NULL);
  if (key == NULL || gst_buffer_get_size (key) != sizeof bytes
      || !is_set_to (element, "rtp-cipher", "aes-128-icm")
      || !is_set_to (element, "rtp-auth", "hmac-sha1-80")
      || gst_buffer_extract (key, 0, bytes, sizeof bytes) != sizeof bytes)
    leave_to_srtpenc (data);
  else
    take_key (data, bytes);
  explicit_bzero (bytes, sizeof bytes);
}

/* In any thread. */
static void
on_element_added (GstBin * bin, GstBin * within, GstElement * element,
    gpointer unused)
{
  GstElementFactory *factory = gst_element_get_factory (element);

  if (factory == NULL || !g_str_equal (GST_OBJECT_NAME (factory), "srtpenc"))
    return;
  Seal *self = g_atomic_rc_box_new0 (Seal);
  life_lock_init (&self->lock);
  g_signal_connect_data (element, "pad-added", G_CALLBACK (on_pad_added),
      g_atomic_rc_box_acquire (self), seal_unref, 0);
  /* It has been in a bin before, and has pads. */
  gst_element_foreach_src_pad (element, on_pad, self);
  g_signal_connect_data (element, "notify::key", G_CALLBACK (on_key), self,
      seal_unref, 0);
}

void
server_seal_watch (GstBin * bin)
{
  g_signal_connect (bin, "deep-element-added", G_CALLBACK (on_element_added),
      NULL);
}
