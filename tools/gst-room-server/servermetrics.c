/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "servermetrics.h"

#define PREFIX "room_server_"

#define GAUGE "gauge"
#define COUNTER "counter"

/* What is told of each room. */
typedef struct
{
  guint64 participants;
  guint64 tracks;
  guint64 consumers;
  guint64 waiting;
  guint64 received_rate;
  guint64 sent_rate;
  /* The worst of its consumers. */
  gdouble loss;
  gdouble jitter;               /* s */
  gdouble round_trip;           /* s */
} RoomSums;

static const struct
{
  const gchar *name;
  const gchar *help;
  goffset offset;
} room_families[] = {
  {"room_participants", "Participants of the room, hidden ones too.",
      G_STRUCT_OFFSET (RoomSums, participants)},
  {"room_tracks", "Tracks that are published in the room.",
      G_STRUCT_OFFSET (RoomSums, tracks)},
  {"room_consumers", "Tracks that are sent, once for each who gets one.",
      G_STRUCT_OFFSET (RoomSums, consumers)},
  {"room_waiting_consumers", "Consumers whose publisher is away.",
      G_STRUCT_OFFSET (RoomSums, waiting)},
  {"room_received_bits_per_second", "Media that publishers send, lately.",
      G_STRUCT_OFFSET (RoomSums, received_rate)},
  {"room_sent_bits_per_second", "Media that consumers are sent, lately.",
      G_STRUCT_OFFSET (RoomSums, sent_rate)},
};

/* Likewise; these are no whole numbers. */
static const struct
{
  const gchar *name;
  const gchar *help;
  goffset offset;
} reception_families[] = {
  {"room_loss_ratio", "Share of packets that the consumer with the most loses, "
        "as he reports.", G_STRUCT_OFFSET (RoomSums, loss)},
  {"room_jitter_seconds", "The largest jitter that a consumer reports.",
      G_STRUCT_OFFSET (RoomSums, jitter)},
  {"room_round_trip_seconds", "The longest way to a consumer and back.",
      G_STRUCT_OFFSET (RoomSums, round_trip)},
};

static void
add_head (GString * text, const gchar * name, const gchar * type,
    const gchar * help)
{
  g_string_append_printf (text, "# HELP " PREFIX "%s %s\n# TYPE " PREFIX
      "%s %s\n", name, help, name, type);
}

static void
add_value (GString * text, const gchar * name, const gchar * type,
    const gchar * help, guint64 value)
{
  add_head (text, name, type, help);
  g_string_append_printf (text, PREFIX "%s %" G_GUINT64_FORMAT "\n", name,
      value);
}

/* "Comments, help text, and type information": of a label's value these three
 * are escaped, and nothing else is. */
static void
add_label (GString * text, const gchar * name, const gchar * value)
{
  g_string_append_printf (text, "{%s=\"", name);
  for (; *value != '\0'; value++) {
    if (*value == '\n')
      g_string_append (text, "\\n");
    else if (*value == '\\' || *value == '"')
      g_string_append_printf (text, "\\%c", *value);
    else
      g_string_append_c (text, *value);
  }
  g_string_append (text, "\"}");
}

/* -- The whole server ------------------------------------------------------- */

static void
add_server (GString * text, const ServerReport * report)
{
  gchar number[G_ASCII_DTOSTR_BUF_SIZE];

  add_head (text, "info", GAUGE, "What runs here.");
  g_string_append (text, PREFIX "info");
  add_label (text, "version", report->version);
  g_string_append (text, " 1\n");
  add_head (text, "start_time_seconds", GAUGE,
      "When the server was started, since 1970.");
  g_ascii_formatd (number, sizeof (number), "%.3f",
      report->started_at / 1000.0);
  g_string_append_printf (text, PREFIX "start_time_seconds %s\n", number);
  add_value (text, "sockets", GAUGE,
      "Connections for requests and signalling, open now.", report->sockets);
  add_value (text, "clients", GAUGE, "WebSockets, open now.", report->clients);
  add_value (text, "participants_joined_total", COUNTER,
      "Participants that have joined.", report->joined);
  add_value (text, "media_connections", GAUGE,
      "Connections for media, open now.", report->totals.connections);
  add_value (text, "media_connected_total", COUNTER,
      "Connections for media that were established.", report->totals.connected);
}

static void
add_received (GString * text, const ServerFanCounts * counts)
{
  add_value (text, "received_packets_total", COUNTER,
      "Packets from publishers.", counts->packets);
  add_value (text, "received_bytes_total", COUNTER,
      "Payload of the packets from publishers.", counts->bytes);
  add_value (text, "received_key_frames_total", COUNTER,
      "Key frames from publishers.", counts->key_frames);
  add_value (text, "key_frame_requests_total", COUNTER,
      "Key frames that consumers have asked for.", counts->requests);
  add_value (text, "key_frame_requests_sent_total", COUNTER,
      "Requests for a key frame that publishers were sent.", counts->asked);
}

static void
add_sent (GString * text, const ServerConsumerCounts * counts)
{
  add_value (text, "sent_packets_total", COUNTER,
      "Packets to consumers.", counts->packets);
  add_value (text, "sent_bytes_total", COUNTER,
      "Payload of the packets to consumers.", counts->bytes);
  add_value (text, "dropped_packets_total", COUNTER,
      "Packets that were not sent: a key frame was waited for, or he is too slow.",
      counts->queue.dropped);
  add_value (text, "cuts_total", COUNTER,
      "How often a consumer has lost packets in a row.", counts->queue.cuts);
  add_value (text, "late_packets_total", COUNTER,
      "Packets that were not sent, for they came too late.", counts->late);
  add_value (text, "queued_packets", GAUGE,
      "Packets that wait for consumers.", counts->queue.packets);
  add_value (text, "queued_bytes", GAUGE,
      "Payload of the packets that wait for consumers.", counts->queue.bytes);
}

/* -- Each room -------------------------------------------------------------- */

static void
add_consumer (const ServerReportConsumer * consumer, RoomSums * sums)
{
  sums->sent_rate += consumer->bitrate;
  sums->loss = MAX (sums->loss, consumer->loss);
  sums->jitter = MAX (sums->jitter,
      (gdouble) consumer->jitter_us / G_USEC_PER_SEC);
  sums->round_trip = MAX (sums->round_trip,
      (gdouble) consumer->round_trip_us / G_USEC_PER_SEC);
}

static void
add_up (const ServerReportRoom * room, RoomSums * sums)
{
  *sums = (RoomSums) {
  .participants = room->participants->len,.waiting = room->waiting};
  for (guint i = 0; i < room->participants->len; i++) {
    const ServerReportParticipant *each = room->participants->pdata[i];
    sums->tracks += each->tracks->len;
    for (guint t = 0; t < each->tracks->len; t++) {
      const ServerReportTrack *track = each->tracks->pdata[t];
      sums->received_rate += track->bitrate;
      sums->consumers += track->consumers->len;
      for (guint c = 0; c < track->consumers->len; c++)
        add_consumer (track->consumers->pdata[c], sums);
    }
  }
}

static void
add_reception (GString * text, const ServerReport * report,
    const RoomSums * sums, guint count)
{
  gchar number[G_ASCII_DTOSTR_BUF_SIZE];

  for (guint f = 0; f < G_N_ELEMENTS (reception_families); f++) {
    add_head (text, reception_families[f].name, GAUGE,
        reception_families[f].help);
    for (guint i = 0; i < count; i++) {
      g_string_append_printf (text, PREFIX "%s", reception_families[f].name);
      add_label (text, "room",
          ((const ServerReportRoom *) report->rooms->pdata[i])->name);
      g_ascii_formatd (number, sizeof (number), "%.6f",
          G_STRUCT_MEMBER (gdouble, &sums[i], reception_families[f].offset));
      g_string_append_printf (text, " %s\n", number);
    }
  }
}

static void
add_rooms (GString * text, const ServerReport * report)
{
  guint count = MIN (report->rooms->len, SERVER_METRICS_MAX_ROOMS);
  g_autofree RoomSums *sums = g_new0 (RoomSums, count);

  add_value (text, "rooms", GAUGE, "Rooms that there are.", report->rooms->len);
  add_value (text, "rooms_unlisted", GAUGE,
      "Rooms that have no values of their own, for there are too many.",
      report->rooms->len - count);
  for (guint i = 0; i < count; i++)
    add_up (report->rooms->pdata[i], &sums[i]);
  for (guint f = 0; f < G_N_ELEMENTS (room_families); f++) {
    add_head (text, room_families[f].name, GAUGE, room_families[f].help);
    for (guint i = 0; i < count; i++) {
      g_string_append_printf (text, PREFIX "%s", room_families[f].name);
      add_label (text, "room",
          ((const ServerReportRoom *) report->rooms->pdata[i])->name);
      g_string_append_printf (text, " %" G_GUINT64_FORMAT "\n",
          G_STRUCT_MEMBER (guint64, &sums[i], room_families[f].offset));
    }
  }
  add_reception (text, report, sums, count);
}

gchar *
server_metrics_write (const ServerReport * report)
{
  g_return_val_if_fail (report != NULL, NULL);

  GString *text = g_string_new (NULL);
  add_server (text, report);
  add_received (text, &report->totals.received);
  add_sent (text, &report->totals.sent);
  add_value (text, "lost_packets_total", COUNTER,
      "Packets that were lost on the way to consumers, as they report.",
      report->totals.lost);
  add_rooms (text, report);
  return g_string_free (text, FALSE);
}
