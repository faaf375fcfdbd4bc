/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpLink: a plain socket is read and written directly, TLS by its streams.
 * What could not be written is found out about by reading: behind what the
 * other end has still said, which may be the reason. */

#include "rtmp/rtmplink.h"

#include "rtmp/rtmpblocks.h"
#include "rtmp/rtmpdial.h"
#include "rtmp/rtmperror.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/* A read takes what is left of a block, and not much less: the fewer reads, the
 * fewer turns of the loop, and messages that begin in one and end in the
 * next. */
#define BLOCK_SIZE (256 * 1024)
#define MIN_READ (64 * 1024)
#define BLOCKS_KEPT 4

/* Then others of the loop have their turn. */
#define READS_AT_ONCE 4
#define WRITES_AT_ONCE 16

/* SO_MAX_PACING_RATE: as fast as it goes. */
#define UNPACED (-1)

/* What TLS makes one record of. */
#define RECORD_SIZE (16 * 1024)

struct _RtmpLink
{
  gint ref_count;               /* owner, and a running callback */
  gboolean freed;
  RtmpLinkFuncs funcs;
  gpointer user_data;
  GMainContext *context;
  GIOStream *stream;
  GSocket *socket;
  GPollableInputStream *in;     /* of TLS; NULL: plain */
  GPollableOutputStream *out;
  GSource *in_source;
  GSource *out_source;          /* while something waits */
  GSource *end_source;          /* when there is nobody to find it out */
  gboolean paced;               /* a rate is set */
  gboolean broken;              /* cannot be written to */
  gboolean over;                /* closed() was called */
  RtmpBlocks *blocks;
  GBytes *block;
  guint8 *place;                /* of the block, to read into */
  gsize left;
  guint8 *record;               /* of TLS */
};

static void
clear_source (GSource ** source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
link_unref (RtmpLink * self)
{
  if (--self->ref_count > 0)
    return;
  g_clear_pointer (&self->block, g_bytes_unref);
  g_clear_pointer (&self->blocks, rtmp_blocks_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_object (&self->stream);
  g_free (self->record);
  g_free (self);
}

static void
stop (RtmpLink * self)
{
  clear_source (&self->in_source);
  clear_source (&self->out_source);
  clear_source (&self->end_source);
}

static void
report_closed (RtmpLink * self, const GError * error)
{
  g_autoptr (GError) ours = NULL;

  if (self->over || self->freed)
    return;
  self->over = TRUE;
  stop (self);
  if (error != NULL)
    ours = g_error_new (RTMP_ERROR, RTMP_ERROR_LOST, "connection lost: %s",
        error->message);
  self->funcs.closed (ours, self->user_data);
}

/* So many bytes; 0 at the end; -1 with @error, also when there is nothing
 * yet. */
static gssize
read_some (RtmpLink * self, GError ** error)
{
  if (self->in != NULL)
    return g_pollable_input_stream_read_nonblocking (self->in, self->place,
        self->left, NULL, error);
  return g_socket_receive_with_blocking (self->socket, (gchar *) self->place,
      self->left, FALSE, NULL, error);
}

static void
prepare_block (RtmpLink * self)
{
  if (self->left >= MIN_READ)
    return;
  g_clear_pointer (&self->block, g_bytes_unref);
  self->block = rtmp_blocks_take (self->blocks, &self->place);
  self->left = BLOCK_SIZE;
}

/* FALSE when there is nothing more to read now. */
static gboolean
read_once (RtmpLink * self)
{
  g_autoptr (GError) error = NULL;

  prepare_block (self);
  gsize wanted = self->left;
  gssize size = read_some (self, &error);
  if (size > 0) {
    g_autoptr (GBytes) block = g_bytes_ref (self->block);
    const guint8 *data = self->place;
    self->place += size;
    self->left -= size;
    self->funcs.received (block, data, size, self->user_data);
    /* TLS gives a record at a time, however many there are. */
    return !self->freed && self->in_source != NULL
        && (self->in != NULL || (gsize) size == wanted);
  }
  if (size < 0 && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return FALSE;
  report_closed (self, size < 0 ? error : NULL);
  return FALSE;
}

static gboolean
handle_readable (RtmpLink * self)
{
  self->ref_count++;
  for (guint i = 0; i < READS_AT_ONCE && read_once (self); i++);
  gboolean keep = !self->freed && self->in_source != NULL;
  link_unref (self);
  return keep;
}

static gboolean
on_socket_readable (GSocket * socket, GIOCondition condition,
    gpointer user_data)
{
  return handle_readable (user_data);
}

static gboolean
on_stream_readable (GObject * stream, gpointer user_data)
{
  return handle_readable (user_data);
}

static void
begin_reading (RtmpLink * self)
{
  GSourceFunc func = G_SOURCE_FUNC (on_socket_readable);

  if (self->in != NULL) {
    self->in_source = g_pollable_input_stream_create_source (self->in, NULL);
    func = G_SOURCE_FUNC (on_stream_readable);
  } else {
    self->in_source = g_socket_create_source (self->socket, G_IO_IN, NULL);
  }
  g_source_set_static_name (self->in_source, "rtmp-link-in");
  g_source_set_callback (self->in_source, func, self, NULL);
  g_source_attach (self->in_source, self->context);
}

static gboolean
on_end (gpointer user_data)
{
  RtmpLink *self = user_data;
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR,
      G_IO_ERROR_BROKEN_PIPE, "nothing can be sent any more");

  report_closed (self, error);
  return G_SOURCE_REMOVE;
}

/* Whoever reads will hear of it. */
static void
break_off (RtmpLink * self)
{
  self->broken = TRUE;
  clear_source (&self->out_source);
  if (self->in_source != NULL || self->over || self->end_source != NULL)
    return;
  self->end_source = g_idle_source_new ();
  g_source_set_static_name (self->end_source, "rtmp-link-end");
  g_source_set_callback (self->end_source, on_end, self, NULL);
  g_source_attach (self->end_source, self->context);
}

/* Many places make one record of TLS. */
static gsize
fill_record (RtmpLink * self, const GOutputVector * vectors, guint n)
{
  gsize size = 0;

  if (self->record == NULL)
    self->record = g_malloc (RECORD_SIZE);
  for (guint i = 0; i < n && size < RECORD_SIZE; i++) {
    gsize part = MIN (vectors[i].size, RECORD_SIZE - size);
    memcpy (self->record + size, vectors[i].buffer, part);
    size += part;
  }
  return size;
}

static gssize
write_some (RtmpLink * self, const GOutputVector * vectors, guint n,
    GError ** error)
{
  if (self->out != NULL)
    return g_pollable_output_stream_write_nonblocking (self->out,
        self->record, fill_record (self, vectors, n), NULL, error);
  /* It takes nothing const, and changes nothing. */
  return g_socket_send_message (self->socket, NULL, (GOutputVector *) vectors,
      n, NULL, 0, G_SOCKET_MSG_NONE, NULL, error);
}

/* TRUE: all is sent, or nothing goes any more. */
static gboolean
write_all (RtmpLink * self)
{
  for (guint i = 0; i < WRITES_AT_ONCE && !self->freed && !self->over; i++) {
    g_autoptr (GError) error = NULL;
    guint n = 0;
    const GOutputVector *vectors = self->funcs.peek (&n, self->user_data);
    if (n == 0)
      return TRUE;
    gssize size = write_some (self, vectors, n, &error);
    if (size < 0 && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
      return FALSE;
    if (size < 0) {
      break_off (self);
      return TRUE;
    }
    self->funcs.advance (size, self->user_data);
  }
  return self->freed || self->over;
}

static gboolean
handle_writable (RtmpLink * self)
{
  self->ref_count++;
  gboolean done = write_all (self);
  if (done && !self->freed)
    clear_source (&self->out_source);
  link_unref (self);
  return !done;
}

static gboolean
on_socket_writable (GSocket * socket, GIOCondition condition,
    gpointer user_data)
{
  return handle_writable (user_data);
}

static gboolean
on_stream_writable (GObject * stream, gpointer user_data)
{
  return handle_writable (user_data);
}

static void
begin_writing (RtmpLink * self)
{
  GSourceFunc func = G_SOURCE_FUNC (on_socket_writable);

  if (self->out != NULL) {
    self->out_source = g_pollable_output_stream_create_source (self->out, NULL);
    func = G_SOURCE_FUNC (on_stream_writable);
  } else {
    self->out_source = g_socket_create_source (self->socket, G_IO_OUT, NULL);
  }
  g_source_set_static_name (self->out_source, "rtmp-link-out");
  g_source_set_callback (self->out_source, func, self, NULL);
  g_source_attach (self->out_source, self->context);
}

void
rtmp_link_flush (RtmpLink * self)
{
  g_return_if_fail (self != NULL);

  /* Otherwise it goes when its turn comes. */
  if (self->broken || self->over || self->out_source != NULL)
    return;
  self->ref_count++;
  if (!write_all (self) && !self->freed)
    begin_writing (self);
  link_unref (self);
}

void
rtmp_link_set_reading (RtmpLink * self, gboolean reading)
{
  g_return_if_fail (self != NULL);

  if (self->over || (self->in_source != NULL) == reading)
    return;
  if (reading)
    begin_reading (self);
  else
    clear_source (&self->in_source);
}

void
rtmp_link_tune (RtmpLink * self, const RtmpLinkTuning * tuning)
{
  g_return_if_fail (self != NULL && tuning != NULL);

  /* What a system does not know is not needed: our own deadlines see the same,
   * later. */
  if (tuning->stall_timeout > 0)
    g_socket_set_option (self->socket, IPPROTO_TCP, TCP_USER_TIMEOUT,
        tuning->stall_timeout / G_TIME_SPAN_MILLISECOND, NULL);
#ifdef TCP_NOTSENT_LOWAT
  if (tuning->unsent > 0)
    g_socket_set_option (self->socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT,
        tuning->unsent, NULL);
#endif
#ifdef SO_MAX_PACING_RATE
  if (tuning->rate > 0 || self->paced)
    g_socket_set_option (self->socket, SOL_SOCKET, SO_MAX_PACING_RATE,
        tuning->rate > 0 ? (gint) tuning->rate : UNPACED, NULL);
  self->paced = tuning->rate > 0;
#endif
}

gint64
rtmp_link_get_round_trip (RtmpLink * self)
{
  g_return_val_if_fail (self != NULL, -1);

  struct tcp_info info;
  socklen_t size = sizeof info;
  if (self->over || getsockopt (g_socket_get_fd (self->socket), IPPROTO_TCP,
          TCP_INFO, &info, &size) != 0 || info.tcpi_rtt == 0)
    return -1;
  return info.tcpi_rtt;
}

gsize
rtmp_link_get_pending (RtmpLink * self)
{
  g_return_val_if_fail (self != NULL, 0);

  gint pending = 0;
  /* Another name of SIOCOUTQ, tcp(7). */
  if (self->over || ioctl (g_socket_get_fd (self->socket), TIOCOUTQ,
          &pending) != 0)
    return 0;
  return MAX (pending, 0);
}

RtmpLink *
rtmp_link_new (GIOStream * stream, const RtmpLinkFuncs * funcs,
    gpointer user_data)
{
  g_return_val_if_fail (G_IS_IO_STREAM (stream) && funcs != NULL, NULL);

  GSocket *socket = rtmp_dial_get_socket (stream);
  g_return_val_if_fail (socket != NULL, NULL);
  RtmpLink *self = g_new0 (RtmpLink, 1);
  self->ref_count = 1;
  self->funcs = *funcs;
  self->user_data = user_data;
  self->context = g_main_context_ref_thread_default ();
  self->stream = g_object_ref (stream);
  self->socket = socket;
  self->blocks = rtmp_blocks_new (BLOCK_SIZE, BLOCKS_KEPT);
  if (G_IS_TLS_CONNECTION (stream)) {
    self->in = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (stream));
    self->out =
        G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (stream));
  }
  g_socket_set_blocking (socket, FALSE);
  g_socket_set_keepalive (socket, TRUE);
  /* A message waits for nothing: what belongs together is written at once. */
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  begin_reading (self);
  return self;
}

void
rtmp_link_free (RtmpLink * self)
{
  if (self == NULL || self->freed)
    return;

  self->freed = TRUE;
  stop (self);
  /* Behind what was written; TLS has nothing to wait for then either. */
  g_socket_shutdown (self->socket, TRUE, TRUE, NULL);
  link_unref (self);
}
