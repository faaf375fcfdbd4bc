/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "testcertificate.h"

GTlsCertificate *
test_certificate_new (void)
{
  g_autofree gchar *openssl = g_find_program_in_path ("openssl");
  if (openssl == NULL)
    return NULL;

  g_autoptr (GError) error = NULL;
  g_autofree gchar *pem = NULL;
  gint status = 0;
  /* Key and certificate both go to standard output, into memory only. */
  const gchar *argv[] = { openssl, "req", "-x509", "-newkey", "ec",
    "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
    "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
    "-keyout", "-", "-out", "-", NULL
  };
  g_spawn_sync (NULL, (gchar **) argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL,
      NULL, &pem, NULL, &status, &error);
  g_assert_no_error (error);
  g_spawn_check_wait_status (status, &error);
  g_assert_no_error (error);
  GTlsCertificate *certificate =
      g_tls_certificate_new_from_pem (pem, -1, &error);
  g_assert_no_error (error);
  return certificate;
}
