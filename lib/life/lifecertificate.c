/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "life/lifecertificate.h"

const gchar *
life_certificate_get_words (GTlsCertificateFlags flags)
{
  if (flags & G_TLS_CERTIFICATE_UNKNOWN_CA)
    return "signed by an authority that is not trusted here";
  if (flags & G_TLS_CERTIFICATE_BAD_IDENTITY)
    return "made out for another host";
  if (flags & G_TLS_CERTIFICATE_EXPIRED)
    return "expired";
  if (flags & G_TLS_CERTIFICATE_NOT_ACTIVATED)
    return "not valid yet";
  if (flags & G_TLS_CERTIFICATE_REVOKED)
    return "revoked";
  if (flags & G_TLS_CERTIFICATE_INSECURE)
    return "made with an algorithm that is not safe";
  return "not acceptable";
}
