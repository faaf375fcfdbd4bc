/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* HostDatabase: whom a client trusts, for tests. The system's database is
 * large, and reading it takes a sanitizer many seconds. */
#pragma once

#include <gio/gio.h>

/* Trusts @certificate and nobody else. */
GTlsDatabase *host_database_new (GTlsCertificate *certificate);
