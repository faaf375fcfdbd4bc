/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "life/lifedialfault.h"

#include "life/lifecertificate.h"

static LifeDialFault
read_io_error (const GError * error, const gchar * host, guint16 port,
    gchar ** text)
{
  switch (error->code) {
    case G_IO_ERROR_CONNECTION_REFUSED:
      *text = g_strdup_printf ("%s refused the connection: no server listens "
          "on port %u", host, port);
      return LIFE_DIAL_FAULT_UNREACHABLE;
    case G_IO_ERROR_TIMED_OUT:
      *text = g_strdup_printf ("%s did not answer in time", host);
      return LIFE_DIAL_FAULT_UNREACHABLE;
    case G_IO_ERROR_HOST_UNREACHABLE:
    case G_IO_ERROR_NETWORK_UNREACHABLE:
      *text = g_strdup_printf ("no route to %s", host);
      return LIFE_DIAL_FAULT_UNREACHABLE;
    case G_IO_ERROR_HOST_NOT_FOUND:
      *text = g_strdup_printf ("host name %s not found", host);
      return LIFE_DIAL_FAULT_RESOLVE;
    case G_IO_ERROR_CONNECTION_CLOSED:
    case G_IO_ERROR_PARTIAL_INPUT:
      *text = g_strdup_printf ("%s closed the connection before it answered",
          host);
      return LIFE_DIAL_FAULT_UNREACHABLE;
    default:
      *text = g_strdup_printf ("cannot connect to %s: %s", host,
          error->message);
      return LIFE_DIAL_FAULT_UNREACHABLE;
  }
}

static LifeDialFault
read_tls_error (const GError * error, const gchar * host,
    GTlsCertificateFlags tls_errors, gchar ** text)
{
  switch (error->code) {
    case G_TLS_ERROR_BAD_CERTIFICATE:
      *text = g_strdup_printf ("the certificate of %s is %s", host,
          life_certificate_get_words (tls_errors));
      return LIFE_DIAL_FAULT_TLS;
      /* What glib-networking makes of a connection that is closed or reset in
       * the handshake. For who answers in another protocol it has MISC. */
    case G_TLS_ERROR_NOT_TLS:
    case G_TLS_ERROR_EOF:
      *text = g_strdup_printf ("%s ended the connection before it was secure: "
          "%s", host, error->message);
      return LIFE_DIAL_FAULT_UNREACHABLE;
    default:
      *text = g_strdup_printf ("no secure connection to %s: %s", host,
          error->message);
      return LIFE_DIAL_FAULT_TLS;
  }
}

LifeDialFault
life_dial_fault_read (const GError * error, const gchar * host, guint16 port,
    GTlsCertificateFlags tls_errors, gchar ** text)
{
  g_return_val_if_fail (error != NULL && host != NULL && text != NULL,
      LIFE_DIAL_FAULT_UNREACHABLE);

  if (error->domain == G_TLS_ERROR)
    return read_tls_error (error, host, tls_errors, text);
  if (error->domain == G_IO_ERROR)
    return read_io_error (error, host, port, text);
  if (error->domain != G_RESOLVER_ERROR) {
    *text = g_strdup_printf ("cannot connect to %s: %s", host, error->message);
    return LIFE_DIAL_FAULT_UNREACHABLE;
  }
  *text = g_strdup_printf ("host name %s not found: %s", host, error->message);
  return LIFE_DIAL_FAULT_RESOLVE;
}
