/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerReorder: a short list, by number. Most packets are taken at once. */
#include "serverreorder.h"

typedef struct
{
  ServerReorderItem item;
  guint16 seq;
} Held;

struct _ServerReorder
{
  GQueue held;                  /* of Held */
  gboolean begun;
  guint16 next;                 /* the number that is due */
};

static void
held_free (gpointer data)
{
  Held *held = data;

  gst_clear_buffer (&held->item.buffer);
  g_free (held);
}

ServerReorder *
server_reorder_new (void)
{
  ServerReorder *self = g_new0 (ServerReorder, 1);

  g_queue_init (&self->held);
  return self;
}

void
server_reorder_free (ServerReorder * self)
{
  g_queue_clear_full (&self->held, held_free);
  g_free (self);
}

static gboolean
read_packet (GstBuffer * buffer, ServerPacket * packet)
{
  GstMapInfo map;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return FALSE;
  gboolean read = server_packet_parse (packet, map.data, map.size);
  gst_buffer_unmap (buffer, &map);
  return read;
}

/* The last one of those that go before @seq; NULL: it goes first. Equal ones
 * cannot come: a consumer is given no packet twice. */
static GList *
find_before (ServerReorder * self, guint16 seq)
{
  GList *link = self->held.tail;

  while (link != NULL && (gint16) (((Held *) link->data)->seq - seq) > 0)
    link = link->prev;
  return link;
}

void
server_reorder_push (ServerReorder * self, GstBuffer * buffer, gint64 arrival)
{
  ServerPacket packet;

  if (!read_packet (buffer, &packet)) {
    gst_buffer_unref (buffer);
    return;
  }
  if (!self->begun) {
    self->begun = TRUE;
    self->next = packet.seq;
  }
  if ((gint16) (packet.seq - self->next) < 0) {
    gst_buffer_unref (buffer);
    return;
  }
  Held *held = g_new0 (Held, 1);
  held->item.buffer = buffer;
  held->item.timestamp = packet.timestamp;
  held->item.arrival = arrival;
  held->seq = packet.seq;
  GList *before = find_before (self, packet.seq);
  if (before == NULL)
    g_queue_push_head (&self->held, held);
  else
    g_queue_insert_after (&self->held, before, held);
}

gboolean
server_reorder_take (ServerReorder * self, ServerReorderItem * item, gint64 now)
{
  Held *first = g_queue_peek_head (&self->held);

  if (first == NULL)
    return FALSE;
  gboolean gap = first->seq != self->next;
  if (gap && now - first->item.arrival < SERVER_REORDER_TIME
      && g_queue_get_length (&self->held) < SERVER_REWRITE_WINDOW)
    return FALSE;
  g_autofree Held *taken = g_queue_pop_head (&self->held);
  self->next = taken->seq + 1;
  *item = taken->item;
  item->gap = gap;
  return TRUE;
}
