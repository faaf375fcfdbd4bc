/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each test is a process of its own, and the limits with it. */
#include "serverdescriptors.h"

#include "livekit/livekitlimits.h"

#include <check.h>
#include <sys/resource.h>

static void
set_limit (rlim_t soft, rlim_t hard)
{
  struct rlimit limit = { soft, hard };

  ck_assert_int_eq (setrlimit (RLIMIT_NOFILE, &limit), 0);
}

static rlim_t
get_limit (void)
{
  struct rlimit limit;

  ck_assert_int_eq (getrlimit (RLIMIT_NOFILE, &limit), 0);
  return limit.rlim_cur;
}

START_TEST (test_the_limit_is_raised_as_far_as_it_may)
{
  set_limit (100, 200);
  server_descriptors_raise ();
  ck_assert_uint_eq (get_limit (), 200);
}

END_TEST;

START_TEST (test_it_is_never_lowered)
{
  struct rlimit limit;

  ck_assert_int_eq (getrlimit (RLIMIT_NOFILE, &limit), 0);
  if (limit.rlim_max <= SERVER_DESCRIPTORS_WANTED)
    return;
  set_limit (SERVER_DESCRIPTORS_WANTED + 1, limit.rlim_max);
  server_descriptors_raise ();
  ck_assert_uint_eq (get_limit (), SERVER_DESCRIPTORS_WANTED + 1);
  ck_assert_uint_eq (server_descriptors_get_sockets (), LIVEKIT_MAX_SOCKETS);
}

END_TEST;

START_TEST (test_sockets_are_a_quarter)
{
  set_limit (256, 256);
  ck_assert_uint_eq (server_descriptors_get_sockets (), 64);
}

END_TEST;

START_TEST (test_the_rest_suffices_for_so_many_connections)
{
  set_limit (256, 256);
  ck_assert (server_descriptors_suffice (0, 1));
  ck_assert (server_descriptors_suffice (13, 1));
  ck_assert (!server_descriptors_suffice (14, 1));
  ck_assert (!server_descriptors_suffice (13, 2));
  ck_assert (!server_descriptors_suffice (G_MAXUINT, G_MAXUINT));
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("serverdescriptors");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_the_limit_is_raised_as_far_as_it_may);
  tcase_add_test (tcase, test_it_is_never_lowered);
  tcase_add_test (tcase, test_sockets_are_a_quarter);
  tcase_add_test (tcase, test_the_rest_suffices_for_so_many_connections);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
