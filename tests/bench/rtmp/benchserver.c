/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* benchserver: the other end of what the benches measure.
 *
 *   benchserver sink
 *   benchserver source FILE MBYTES CHUNK-SIZE
 *   benchserver live FILE SECONDS CHUNK-SIZE
 *
 * On a port of 127.0.0.1, which it prints, it takes one connection: throws away
 * what is published, or sends FILE's tags again and again, as fast as they are
 * taken ("source") or at their times ("live"). Prints how many bytes of media
 * there were. */

#include "benchtape.h"
#include "rtmp/rtmphost.h"

#include <gio/gio.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>

#define BLOCK (256 * 1024)
#define QUEUED 64
#define MAX_PLACES 64

typedef struct
{
  BenchTape *tape;              /* NULL: nothing is played */
  RtmpFlvTag next;
  guint64 limit;                /* bytes, or ms when live */
  gboolean live;
  RtmpHost *host;
  gint fd;
  guint32 playing;              /* stream; 0: none */
  gint64 began;                 /* to play */
  guint64 bytes;
  gboolean over;
} Server;

static GSocket *
accept_one (void)
{
  g_autoptr (GSocket) listener = g_socket_new (G_SOCKET_FAMILY_IPV4,
      G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GSocketAddress) any =
      g_inet_socket_address_new_from_string ("127.0.0.1", 0);

  if (!g_socket_bind (listener, any, TRUE, NULL)
      || !g_socket_listen (listener, NULL))
    g_error ("no port");
  g_autoptr (GSocketAddress) bound =
      g_socket_get_local_address (listener, NULL);
  g_print ("{\"port\": %u}\n",
      g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));
  return g_socket_accept (listener, NULL, NULL);
}

static void
take_events (Server * self, gint64 now)
{
  RtmpEvent event;

  while (rtmp_host_take (self->host, &event, now)) {
    if (event.kind == RTMP_EVENT_CONNECT) {
      rtmp_host_accept_connect (self->host, now);
    } else if (event.kind == RTMP_EVENT_PUBLISH) {
      rtmp_host_accept (self->host, event.stream, now);
    } else if (event.kind == RTMP_EVENT_PLAY && self->tape != NULL) {
      rtmp_host_accept (self->host, event.stream, now);
      self->playing = event.stream;
      self->began = now;
      self->next = *bench_tape_next (self->tape);
    } else if (event.kind == RTMP_EVENT_MEDIA) {
      self->bytes += rtmp_message_get_size (event.message);
    }
    self->over |= event.kind == RTMP_EVENT_ENDED;
    rtmp_event_clear (&event);
  }
}

/* When the next tag is to be sent; "not after now" for as soon as it goes. */
static gint64
get_due (Server * self)
{
  return self->live ? self->began + self->next.timestamp * 1000LL : 0;
}

static void
play (Server * self, gint64 now)
{
  RtmpSessionStats stats;

  rtmp_host_get_stats (self->host, &stats);
  for (guint i = stats.queued_messages; i < QUEUED && get_due (self) <= now;
      i++) {
    if ((self->live ? self->next.timestamp : self->bytes) >= self->limit) {
      rtmp_host_end_play (self->host, self->playing, now);
      self->playing = 0;
      return;
    }
    RtmpMessageHead head = {.type = self->next.type,
      .timestamp = self->next.timestamp,.stream = self->playing
    };
    g_autoptr (RtmpMessage) message = rtmp_message_new (&head, self->next.data);
    rtmp_host_send (self->host, message, now);
    self->bytes += self->next.size;
    self->next = *bench_tape_next (self->tape);
  }
}

/* TRUE: there is more than goes. */
static gboolean
send_some (Server * self, gint64 now)
{
  guint n;
  const GOutputVector *places = rtmp_host_peek (self->host, &n);

  while (n > 0) {
    struct iovec parts[MAX_PLACES];
    struct msghdr message = {.msg_iov = parts };
    for (; message.msg_iovlen < MIN (n, MAX_PLACES); message.msg_iovlen++) {
      parts[message.msg_iovlen].iov_base =
          (gpointer) places[message.msg_iovlen].buffer;
      parts[message.msg_iovlen].iov_len = places[message.msg_iovlen].size;
    }
    gssize sent = sendmsg (self->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0)
      return TRUE;
    rtmp_host_advance (self->host, sent, now);
    places = rtmp_host_peek (self->host, &n);
  }
  return FALSE;
}

static void
receive (Server * self, gint64 now)
{
  guint8 *data = g_malloc (BLOCK);
  gssize size = recv (self->fd, data, BLOCK, 0);
  g_autoptr (GBytes) owner = g_bytes_new_take (data, MAX (size, 0));

  if (size > 0)
    rtmp_host_feed (self->host, owner, data, size, now);
  else
    rtmp_host_closed (self->host, NULL, now);
}

static void
serve (Server * self)
{
  while (!self->over) {
    gint64 now = g_get_monotonic_time ();
    rtmp_host_tick (self->host, now);
    take_events (self, now);
    if (self->playing != 0)
      play (self, now);
    gboolean more = send_some (self, now);
    gint64 until = rtmp_host_get_deadline (self->host);
    if (self->playing != 0 && !more)
      until = MIN (until, get_due (self));
    struct pollfd fd = {.fd = self->fd,.events = POLLIN };
    fd.events |= more ? POLLOUT : 0;
    poll (&fd, 1, CLAMP ((until - now + 999) / 1000, 0, 1000));
    if (fd.revents & ~POLLOUT)
      receive (self, g_get_monotonic_time ());
  }
}

int
main (int argc, char **argv)
{
  Server self = { 0 };
  RtmpHostConfig config = { 0 };
  g_autoptr (GRand) random = g_rand_new ();
  g_autoptr (BenchTape) tape = NULL;

  if (argc == 5) {
    self.live = g_str_equal (argv[1], "live");
    self.limit = strtoull (argv[3], NULL, 10) * (self.live ? 1000 : 1000000);
    config.chunk_size = strtoul (argv[4], NULL, 10);
    self.tape = tape = bench_tape_new (argv[2]);
  } else if (argc != 2 || !g_str_equal (argv[1], "sink")) {
    g_printerr ("usage: see the head of benchserver.c\n");
    return 2;
  }
  g_autoptr (GSocket) socket = accept_one ();
  self.fd = g_socket_get_fd (socket);
  self.host = rtmp_host_new (&config, random, g_get_monotonic_time ());
  serve (&self);
  g_print ("{\"bytes\": %" G_GUINT64_FORMAT "}\n", self.bytes);
  rtmp_host_free (self.host);
  return 0;
}
