/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LifeCertificate: what is wrong with a server's certificate, for a person. */
#pragma once

#include <gio/gio.h>

/* The worst thing only, to stand behind "the certificate of HOST is". */
const gchar *life_certificate_get_words (GTlsCertificateFlags flags);
