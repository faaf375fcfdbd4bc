/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LifeDialFault: why no connection was made, of an error of GIO's: what kind of
 * thing is wrong, and its words for a person. It knows no protocol. */
#pragma once

#include <gio/gio.h>

typedef enum {
  LIFE_DIAL_FAULT_RESOLVE,      /* there is no such host */
  LIFE_DIAL_FAULT_UNREACHABLE,  /* nobody answers, or it broke: another
                                 * attempt may do better */
  LIFE_DIAL_FAULT_TLS,          /* the certificate, or it cannot do TLS */
} LifeDialFault;

/* Of an attempt to connect to @host and @port, TLS included; @tls_errors is
 * what was wrong with the certificate. @text is the caller's to free. */
LifeDialFault life_dial_fault_read (const GError *error, const gchar *host,
    guint16 port, GTlsCertificateFlags tls_errors, gchar **text);
