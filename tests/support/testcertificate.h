/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A certificate for 127.0.0.1 made on the spot, signed by itself. */
#pragma once

#include <gio/gio.h>

/* NULL when the openssl command is not there. */
GTlsCertificate *test_certificate_new (void);
