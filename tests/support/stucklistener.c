/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stucklistener.h"

#include "life/lifeloop.h"

#include <string.h>

/* More than any backlog of 0 holds. */
#define MAX_FILLERS 16

/* A loopback connect that succeeds does so at once; this long without means
 * that the backlog is full. */
#define FULL_AFTER (200 * G_TIME_SPAN_MILLISECOND)

#define STOP_TIMEOUT (10 * G_TIME_SPAN_SECOND)

struct _StuckListener
{
  GSocket *listener;
  guint16 port;
  GPtrArray *sockets;           /* of GSocket: fillers, or what connected */
  LifeLoop *loop;
  GPtrArray *sources;           /* of GSource, in the loop */
  StuckListenerFunc func;
  gpointer user_data;
};

static void
destroy_source (gpointer data)
{
  g_source_destroy (data);
  g_source_unref (data);
}

static StuckListener *
new_listener (gint backlog)
{
  StuckListener *self = g_new0 (StuckListener, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GInetAddress) loopback =
      g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);

  self->listener = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
      G_SOCKET_PROTOCOL_TCP, &error);
  g_assert_no_error (error);
  g_socket_set_blocking (self->listener, FALSE);
  g_socket_set_listen_backlog (self->listener, backlog);
  g_socket_bind (self->listener, any, TRUE, &error);
  g_assert_no_error (error);
  g_socket_listen (self->listener, &error);
  g_assert_no_error (error);
  g_autoptr (GSocketAddress) bound =
      g_socket_get_local_address (self->listener, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  self->sockets = g_ptr_array_new_with_free_func (g_object_unref);
  self->sources = g_ptr_array_new_with_free_func (destroy_source);
  return self;
}

/* TRUE while the backlog took it. */
static gboolean
fill_one (StuckListener * self, GSocketAddress * address)
{
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
      G_SOCKET_PROTOCOL_TCP, NULL);

  g_assert_nonnull (socket);
  g_socket_set_blocking (socket, FALSE);
  g_ptr_array_add (self->sockets, socket);
  g_autoptr (GError) error = NULL;
  if (g_socket_connect (socket, address, NULL, &error))
    return TRUE;
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  return g_socket_condition_timed_wait (socket, G_IO_OUT, FULL_AFTER, NULL,
      NULL);
}

StuckListener *
stuck_listener_new_full (void)
{
  StuckListener *self = new_listener (0);
  g_autoptr (GSocketAddress) address =
      g_socket_get_local_address (self->listener, NULL);

  while (fill_one (self, address))
    g_assert_cmpuint (self->sockets->len, <, MAX_FILLERS);
  return self;
}

static gboolean
on_readable (GSocket * socket, GIOCondition condition, gpointer user_data)
{
  StuckListener *self = user_data;
  gchar head[4096];
  gssize length =
      g_socket_receive (socket, head, sizeof (head) - 1, NULL, NULL);

  if (length <= 0) {
    g_socket_close (socket, NULL);
  } else if (self->func != NULL) {
    head[length] = '\0';
    self->func (socket, head, self->user_data);
  }
  return !g_socket_is_closed (socket);
}

static void
watch (StuckListener * self, GSocket * socket, GSourceFunc func)
{
  GSource *source = g_socket_create_source (socket, G_IO_IN, NULL);

  g_source_set_static_name (source, "stuck-listener");
  g_source_set_callback (source, func, self, NULL);
  g_source_attach (source, life_loop_get_context (self->loop));
  g_ptr_array_add (self->sources, source);
}

static gboolean
on_connection (GSocket * socket, GIOCondition condition, gpointer user_data)
{
  StuckListener *self = user_data;
  GSocket *accepted = g_socket_accept (socket, NULL, NULL);

  if (accepted != NULL) {
    g_ptr_array_add (self->sockets, accepted);
    watch (self, accepted, G_SOURCE_FUNC (on_readable));
  }
  return G_SOURCE_CONTINUE;
}

static void
start_watching (gpointer user_data)
{
  StuckListener *self = user_data;

  watch (self, self->listener, G_SOURCE_FUNC (on_connection));
}

StuckListener *
stuck_listener_new_mute (StuckListenerFunc func, gpointer user_data)
{
  StuckListener *self = new_listener (16);

  self->func = func;
  self->user_data = user_data;
  self->loop = life_loop_new ("stuck-listener");
  g_assert_true (life_loop_start (self->loop, NULL));
  g_assert_true (life_loop_call (self->loop, start_watching, self, NULL,
          STOP_TIMEOUT));
  return self;
}

static void
stop_watching (gpointer user_data)
{
  StuckListener *self = user_data;

  g_ptr_array_set_size (self->sources, 0);
}

void
stuck_listener_free (StuckListener * self)
{
  g_return_if_fail (self != NULL);

  if (self->loop != NULL) {
    g_assert_true (life_loop_call (self->loop, stop_watching, self, NULL,
            STOP_TIMEOUT));
    g_assert_true (life_loop_stop (self->loop, STOP_TIMEOUT));
    life_loop_unref (self->loop);
  }
  g_ptr_array_unref (self->sources);
  g_ptr_array_unref (self->sockets);
  g_object_unref (self->listener);
  g_free (self);
}

guint16
stuck_listener_get_port (StuckListener * self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->port;
}

/* "sl local remote state ...", state 02 (include/net/tcp_states.h). */
guint
stuck_listener_count_connecting (guint16 port)
{
  g_autofree gchar *text = NULL;
  guint count = 0;

  g_assert_true (g_file_get_contents ("/proc/self/net/tcp", &text, NULL, NULL));
  g_autofree gchar *wanted = g_strdup_printf (":%04X 02 ", port);
  for (const gchar * at = text; (at = strstr (at, wanted)) != NULL; at++)
    count++;
  return count;
}
