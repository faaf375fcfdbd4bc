/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpDial: the record outlives the dial: what was cancelled calls back once
 * more, and then finds the record without one. Its operations run on a nest,
 * which is brought to its end even when the outer loop runs no more. */

#include "rtmp/rtmpdial.h"

#include "life/lifedialfault.h"
#include "life/lifenest.h"
#include "rtmp/rtmperror.h"

typedef struct
{
  RtmpDial *dial;               /* NULL: let go, nobody listens */
  LifeNest *nest;
  guint pending;                /* operations that will call back */
  GCancellable *cancellable;
  GSocketClient *client;
  GSocketConnection *connection;
  GIOStream *tls;
  gchar *host;
  guint16 port;
  gboolean secure;
  GTlsCertificateFlags tls_flags;
  GTlsCertificateFlags tls_errors;      /* of a certificate that was refused */
  GTlsDatabase *tls_database;
} Record;

struct _RtmpDial
{
  Record *record;               /* NULL: it has called back */
  RtmpDialFunc func;
  gpointer user_data;
};

static gboolean
record_is_over (gpointer user_data)
{
  Record *self = user_data;

  return self->pending == 0;
}

static void
record_free (gpointer user_data)
{
  Record *self = user_data;

  g_clear_object (&self->tls);
  g_clear_object (&self->connection);
  g_clear_object (&self->client);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->tls_database);
  g_free (self->host);
  g_free (self);
}

/* The record goes when nothing is left that knows it. */
static void
record_let_go (Record * self)
{
  self->dial->record = NULL;
  self->dial = NULL;
  life_nest_close (self->nest, record_is_over, record_free, self);
}

/* GIO's errors as ours. */
static GError *
new_error (Record * self, const GError * error)
{
  static const gint codes[] = {
    [LIFE_DIAL_FAULT_RESOLVE] = RTMP_ERROR_RESOLVE,
    [LIFE_DIAL_FAULT_UNREACHABLE] = RTMP_ERROR_UNREACHABLE,
    [LIFE_DIAL_FAULT_TLS] = RTMP_ERROR_TLS,
  };
  g_autofree gchar *text = NULL;
  LifeDialFault fault = life_dial_fault_read (error, self->host, self->port,
      self->tls_errors, &text);

  return g_error_new_literal (RTMP_ERROR, codes[fault], text);
}

/* To the user the nest is not there. */
static void
report (Record * self, GIOStream * stream, const GError * error)
{
  RtmpDial *dial = self->dial;
  LifeNest *nest = self->nest;
  g_autoptr (GIOStream) kept = stream != NULL ? g_object_ref (stream) : NULL;
  g_autoptr (GError) ours = error != NULL ? new_error (self, error) : NULL;

  record_let_go (self);
  life_nest_step_out (nest);
  dial->func (kept, ours, dial->user_data);
  life_nest_step_in (nest);
}

static gboolean
on_accept_certificate (GTlsConnection * connection,
    GTlsCertificate * certificate, GTlsCertificateFlags errors,
    gpointer user_data)
{
  Record *self = user_data;

  self->tls_errors = errors;
  return (errors & self->tls_flags) == 0;
}

static void
on_handshake (GObject * source, GAsyncResult * result, gpointer user_data)
{
  Record *self = user_data;
  g_autoptr (GError) error = NULL;

  self->pending--;
  g_tls_connection_handshake_finish (G_TLS_CONNECTION (source), result, &error);
  g_signal_handlers_disconnect_by_data (source, self);
  if (self->dial != NULL)
    report (self, error == NULL ? self->tls : NULL, error);
}

/* With the database from the start: without one it reads the system's, which
 * takes time. */
static GIOStream *
new_tls (Record * self, GError ** error)
{
  GTlsBackend *backend = g_tls_backend_get_default ();
  /* The name goes out too: CDNs have many on one address. */
  g_autoptr (GSocketConnectable) identity =
      g_network_address_new (self->host, self->port);

  if (self->tls_database == NULL)
    return g_tls_client_connection_new (G_IO_STREAM (self->connection),
        identity, error);
  return g_initable_new (g_tls_backend_get_client_connection_type (backend),
      NULL, error, "base-io-stream", self->connection, "server-identity",
      identity, "database", self->tls_database, NULL);
}

static void
begin_tls (Record * self)
{
  g_autoptr (GError) error = NULL;

  self->tls = new_tls (self, &error);
  if (self->tls == NULL) {
    report (self, NULL, error);
    return;
  }
  /* RTMP says itself where it ends, and few servers say it in TLS. */
  g_tls_connection_set_require_close_notify (G_TLS_CONNECTION (self->tls),
      FALSE);
  g_signal_connect (self->tls, "accept-certificate",
      G_CALLBACK (on_accept_certificate), self);
  self->pending++;
  g_tls_connection_handshake_async (G_TLS_CONNECTION (self->tls),
      G_PRIORITY_DEFAULT, self->cancellable, on_handshake, self);
}

static void
on_connected (GObject * source, GAsyncResult * result, gpointer user_data)
{
  Record *self = user_data;
  g_autoptr (GError) error = NULL;

  self->pending--;
  self->connection = g_socket_client_connect_finish (G_SOCKET_CLIENT (source),
      result, &error);
  if (self->dial == NULL)
    return;
  if (self->connection == NULL)
    report (self, NULL, error);
  else if (self->secure)
    begin_tls (self);
  else
    report (self, G_IO_STREAM (self->connection), NULL);
}

RtmpDial *
rtmp_dial_new (const RtmpDialConfig * config, RtmpDialFunc func,
    gpointer user_data)
{
  g_return_val_if_fail (config != NULL && config->host != NULL, NULL);
  g_return_val_if_fail (func != NULL, NULL);

  RtmpDial *self = g_new0 (RtmpDial, 1);
  Record *record = g_new0 (Record, 1);
  self->func = func;
  self->user_data = user_data;
  self->record = record;
  record->dial = self;
  record->host = g_strdup (config->host);
  record->port = config->port;
  record->secure = config->secure;
  record->tls_flags = config->tls_flags;
  if (config->tls_database != NULL)
    record->tls_database = g_object_ref (config->tls_database);
  record->cancellable = g_cancellable_new ();
  record->nest = life_nest_new ();
  life_nest_enter (record->nest);
  record->client = g_socket_client_new ();
  g_autoptr (GSocketConnectable) address =
      g_network_address_new (config->host, config->port);
  record->pending++;
  g_socket_client_connect_async (record->client, address, record->cancellable,
      on_connected, record);
  life_nest_leave (record->nest);
  return self;
}

void
rtmp_dial_free (RtmpDial * self)
{
  if (self == NULL)
    return;

  Record *record = self->record;
  if (record != NULL) {
    g_cancellable_cancel (record->cancellable);
    /* A shutdown and no close: the TLS library, which may be at work in a
     * thread, still owns the descriptor. */
    if (record->connection != NULL)
      g_socket_shutdown (g_socket_connection_get_socket (record->connection),
          TRUE, TRUE, NULL);
    record_let_go (record);
  }
  g_free (self);
}

GSocket *
rtmp_dial_get_socket (GIOStream * stream)
{
  g_return_val_if_fail (G_IS_IO_STREAM (stream), NULL);

  g_autoptr (GIOStream) base = NULL;
  if (G_IS_TLS_CONNECTION (stream)) {
    g_object_get (stream, "base-io-stream", &base, NULL);
    stream = base;
  }
  return G_IS_SOCKET_CONNECTION (stream)
      ? g_socket_connection_get_socket (G_SOCKET_CONNECTION (stream)) : NULL;
}
