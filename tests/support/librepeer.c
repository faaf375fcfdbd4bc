/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* librepeer: an RTMP server and client of baresip's libre. See usage(). Each
 * audio or video message that comes is printed as one JSON object per line:
 * its type, time, size and MD5. Control messages and commands are libre's. */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* Needs all of the above. */
#include <re.h>

#define STREAM 1
#define WINDOW 2500000
#define FLV_HEAD (9 + 4)
#define TAG_HEAD 11
/* How often a client looks whether all is sent, ms. */
#define DRAIN_PERIOD 20

typedef struct
{
  struct tcp_sock *listener;
  struct rtmp_conn *conn;
  struct rtmp_stream *stream;
  struct tmr drain;
  const char *file;             /* what a publisher sends, or a player gets */
  const char *name;             /* of the stream, for a client */
  bool plays;
} Peer;

static void
check (int error, const char *what)
{
  if (error == 0)
    return;
  re_fprintf (stderr, "%s: %m\n", what, error);
  exit (1);
}

static void
print_event (const char *event)
{
  printf ("{\"event\": \"%s\"}\n", event);
  fflush (stdout);
}

/* -- What comes. -- */

static void
print_message (int type, uint32_t time, const uint8_t * data, size_t size)
{
  uint8_t digest[MD5_SIZE];

  md5 (data, size, digest);
  printf ("{\"event\": \"message\", \"type\": %d, \"time\": %u, \"size\": %zu, "
      "\"md5\": \"", type, (unsigned) time, size);
  for (size_t i = 0; i < sizeof digest; i++)
    printf ("%02x", digest[i]);
  puts ("\"}");
  fflush (stdout);
}

static void
on_audio (uint32_t time, const uint8_t * data, size_t size, void *arg)
{
  print_message (RTMP_TYPE_AUDIO, time, data, size);
}

static void
on_video (uint32_t time, const uint8_t * data, size_t size, void *arg)
{
  print_message (RTMP_TYPE_VIDEO, time, data, size);
}

static void
on_data (const struct odict *message, void *arg)
{
}

static void
on_control (enum rtmp_event_type event, struct mbuf *body, void *arg)
{
  Peer *self = arg;

  if (self->name != NULL && event == RTMP_EVENT_STREAM_EOF) {
    print_event ("end");
    re_cancel ();
  }
}

/* -- What is sent: the tags of a file. -- */

static struct mbuf *
read_file (const char *path)
{
  uint8_t part[4096];
  struct mbuf *all = mbuf_alloc (sizeof part);
  FILE *file = fopen (path, "rb");
  size_t n;

  if (file == NULL || all == NULL) {
    perror (path);
    exit (1);
  }
  while ((n = fread (part, 1, sizeof part, file)) > 0)
    check (mbuf_write_mem (all, part, n), "mbuf_write_mem");
  fclose (file);
  mbuf_set_pos (all, FLV_HEAD);
  return all;
}

static void
send_tag (Peer * self, const uint8_t * tag, size_t size)
{
  uint32_t time = (uint32_t) tag[7] << 24 | tag[4] << 16 | tag[5] << 8 | tag[6];

  if (tag[0] == RTMP_TYPE_AUDIO)
    check (rtmp_send_audio (self->stream, time, tag + TAG_HEAD, size),
        "rtmp_send_audio");
  if (tag[0] == RTMP_TYPE_VIDEO)
    check (rtmp_send_video (self->stream, time, tag + TAG_HEAD, size),
        "rtmp_send_video");
}

static void
send_file (Peer * self)
{
  struct mbuf *file = read_file (self->file);

  while (mbuf_get_left (file) > TAG_HEAD) {
    const uint8_t *tag = mbuf_buf (file);
    size_t size = (size_t) tag[1] << 16 | tag[2] << 8 | tag[3];
    if (mbuf_get_left (file) < TAG_HEAD + size)
      break;
    send_tag (self, tag, size);
    mbuf_advance (file, TAG_HEAD + size + 4);
  }
  mem_deref (file);
}

static void
on_drain (void *arg)
{
  Peer *self = arg;

  if (tcp_conn_txqsz (rtmp_conn_tcpconn (self->conn)) > 0) {
    tmr_start (&self->drain, DRAIN_PERIOD, on_drain, self);
  } else if (self->stream != NULL) {
    /* Says deleteStream, which has to be sent as well. */
    self->stream = mem_deref (self->stream);
    tmr_start (&self->drain, 0, on_drain, self);
  } else {
    print_event ("end");
    re_cancel ();
  }
}

/* -- Both ends of a stream. -- */

static void
send_status (Peer * self, const char *code)
{
  check (rtmp_amf_command (self->conn, STREAM, "onStatus", 3,
          RTMP_AMF_TYPE_NUMBER, 0.0, RTMP_AMF_TYPE_NULL,
          RTMP_AMF_TYPE_OBJECT, 2,
          RTMP_AMF_TYPE_STRING, "level", "status",
          RTMP_AMF_TYPE_STRING, "code", code), "onStatus");
}

static void
send_control (Peer * self, enum rtmp_event_type event)
{
  check (rtmp_control (self->conn, RTMP_TYPE_USER_CONTROL_MSG,
          (uint32_t) event, (uint32_t) STREAM), "rtmp_control");
}

static void
on_stream_command (const struct odict *message, void *arg)
{
  Peer *self = arg;
  const char *name = odict_string (message, "0");

  if (str_casecmp (name, "publish") == 0) {
    send_control (self, RTMP_EVENT_STREAM_BEGIN);
    send_status (self, "NetStream.Publish.Start");
    print_event ("publish");
  } else if (str_casecmp (name, "play") == 0) {
    send_control (self, RTMP_EVENT_STREAM_BEGIN);
    send_status (self, "NetStream.Play.Start");
    send_file (self);
    send_control (self, RTMP_EVENT_STREAM_EOF);
    send_status (self, "NetStream.Play.Stop");
  } else if (str_casecmp (name, "onStatus") == 0 && !self->plays
      && self->name != NULL) {
    check (rtmp_meta (self->stream), "rtmp_meta");
    send_file (self);
    tmr_start (&self->drain, DRAIN_PERIOD, on_drain, self);
  }
}

/* -- A server, for one client. -- */

static void
answer_connect (Peer * self, const struct odict *message)
{
  check (rtmp_control (self->conn, RTMP_TYPE_WINDOW_ACK_SIZE,
          (uint32_t) WINDOW), "rtmp_control");
  check (rtmp_amf_reply (self->conn, 0, true, message, 2,
          RTMP_AMF_TYPE_OBJECT, 2,
          RTMP_AMF_TYPE_STRING, "fmsVer", "FMS/3,5,7,7009",
          RTMP_AMF_TYPE_NUMBER, "capabilities", 31.0,
          RTMP_AMF_TYPE_OBJECT, 3,
          RTMP_AMF_TYPE_STRING, "level", "status",
          RTMP_AMF_TYPE_STRING, "code", "NetConnection.Connect.Success",
          RTMP_AMF_TYPE_NUMBER, "objectEncoding", 0.0), "_result");
}

static void
on_command (const struct odict *message, void *arg)
{
  Peer *self = arg;
  const char *name = odict_string (message, "0");

  if (str_casecmp (name, "connect") == 0) {
    answer_connect (self, message);
  } else if (str_casecmp (name, "createStream") == 0) {
    check (rtmp_stream_alloc (&self->stream, self->conn, STREAM,
            on_stream_command, on_control, on_audio, on_video, on_data, self),
        "rtmp_stream_alloc");
    check (rtmp_amf_reply (self->conn, 0, true, message, 2,
            RTMP_AMF_TYPE_NULL, RTMP_AMF_TYPE_NUMBER, (double) STREAM),
        "_result");
  }
}

static void
on_close (int error, void *arg)
{
  print_event ("close");
  re_cancel ();
}

static void
on_client (const struct sa *address, void *arg)
{
  Peer *self = arg;

  check (rtmp_accept (&self->conn, self->listener, NULL, on_command, on_close,
          self), "rtmp_accept");
}

static void
serve (Peer * self)
{
  struct sa address;

  check (sa_set_str (&address, "127.0.0.1", 0), "sa_set_str");
  check (tcp_listen (&self->listener, &address, on_client, self), "tcp_listen");
  check (tcp_local_get (self->listener, &address), "tcp_local_get");
  printf ("{\"event\": \"listening\", \"port\": %d}\n", sa_port (&address));
  fflush (stdout);
}

/* -- A client. -- */

static void
on_stream (bool success, const struct odict *message, void *arg)
{
  Peer *self = arg;

  check (success ? 0 : EPROTO, "createStream");
  if (self->plays)
    check (rtmp_play (self->stream, self->name), "rtmp_play");
  else
    check (rtmp_publish (self->stream, self->name), "rtmp_publish");
}

static void
on_established (void *arg)
{
  Peer *self = arg;

  check (rtmp_stream_create (&self->stream, self->conn, on_stream,
          on_stream_command, on_control, on_audio, on_video, on_data, self),
      "rtmp_stream_create");
}

static int
usage (void)
{
  fputs ("usage: librepeer serve FLV         one client: what it publishes is\n"
      "                                   printed; if it plays, it gets FLV\n"
      "       librepeer publish URL FLV\n"
      "       librepeer play URL\n", stderr);
  return 2;
}

int
main (int argc, char **argv)
{
  Peer self = { 0 };
  const char *command = argc > 2 ? argv[1] : "";

  check (libre_init (), "libre_init");
  tmr_init (&self.drain);
  if (strcmp (command, "serve") == 0) {
    self.file = argv[2];
    serve (&self);
  } else if (strcmp (command, "play") == 0
      || (strcmp (command, "publish") == 0 && argc > 3)) {
    self.plays = strcmp (command, "play") == 0;
    self.name = strrchr (argv[2], '/') ? strrchr (argv[2], '/') + 1 : "";
    self.file = argv[3];
    check (rtmp_connect (&self.conn, NULL, argv[2], NULL, on_established,
            on_command, on_close, &self), "rtmp_connect");
  } else {
    return usage ();
  }
  check (re_main (NULL), "re_main");
  tmr_cancel (&self.drain);
  mem_deref (self.stream);
  mem_deref (self.conn);
  mem_deref (self.listener);
  libre_close ();
  return 0;
}
