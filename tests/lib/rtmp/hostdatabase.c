/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a file, since there is no other way. It is read again whenever the
 * database is used. */

#include "hostdatabase.h"

#include <glib/gstdio.h>

static void
remove_file (gpointer data)
{
  g_autofree gchar *path = data;

  g_remove (path);
}

GTlsDatabase *
host_database_new (GTlsCertificate * certificate)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *pem = NULL, *path = NULL;
  gint descriptor = g_file_open_tmp ("rtmp-XXXXXX.pem", &path, &error);

  g_assert_no_error (error);
  g_close (descriptor, NULL);
  g_object_get (certificate, "certificate-pem", &pem, NULL);
  g_file_set_contents (path, pem, -1, &error);
  g_assert_no_error (error);
  GTlsDatabase *database = g_tls_file_database_new (path, &error);
  g_assert_no_error (error);
  g_object_set_data_full (G_OBJECT (database), "host-database-file",
      g_steal_pointer (&path), remove_file);
  return database;
}
