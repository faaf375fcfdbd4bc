/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is counted, of an outlet and a leg that are made up here: how it goes
 * with connections is told by servermedia. */
#include "serverdemand.h"

#include <check.h>

/* What the outlet says. */
static gint lost;               /* less than 0: nothing is known */

static gchar leg, outlet;

ServerLeg *
server_leg_ref (ServerLeg * self)
{
  return self;
}

void
server_leg_unref (ServerLeg * self)
{
}

ServerOutlet *
server_leg_add_outlet (ServerLeg * self, ServerFan * fan, const gchar * stream,
    const gchar * track)
{
  return (ServerOutlet *) & outlet;
}

void
server_leg_remove_outlet (ServerLeg * self, ServerOutlet * removed)
{
}

ServerOutlet *
server_outlet_ref (ServerOutlet * self)
{
  return self;
}

void
server_outlet_unref (ServerOutlet * self)
{
}

void
server_outlet_set_paused (ServerOutlet * self, gboolean paused)
{
}

gboolean
server_outlet_is_waiting (ServerOutlet * self)
{
  return FALSE;
}

gchar *
server_outlet_dup_mid (ServerOutlet * self)
{
  return NULL;
}

gboolean
server_outlet_get_counts (ServerOutlet * self, ServerConsumerCounts * counts)
{
  *counts = (ServerConsumerCounts) {
  0};
  return TRUE;
}

gboolean
server_outlet_get_reception (ServerOutlet * self, RoomReceptionReport * report)
{
  *report = (RoomReceptionReport) {
  .lost = lost,.most_lost = lost};
  return lost >= 0;
}

/* In all, after the outlet has said so. */
static guint64
count (ServerDemand * demand, gint says)
{
  g_autoptr (GPtrArray) nobody = g_ptr_array_new ();
  ServerReportRoom room = {.participants = nobody };
  ServerReportTotals totals = { 0 };

  lost = says;
  server_demand_describe (demand, &room, NULL, &totals, 0);
  return totals.lost;
}

START_TEST (test_what_was_lost_is_never_less_than_before)
{
  g_autoptr (ServerFan) fan = server_fan_new (server_codec_find ("VP8"));
  ServerReportTotals gone = { 0 };
  ServerDemandItem item = {.track = "TR_1",.publisher = "ann",.fan = fan };
  ServerDemand *demand = server_demand_new (FALSE, &gone);

  server_demand_add (demand, &item);
  server_demand_place (demand, (ServerLeg *) & leg, NULL);
  ck_assert_uint_eq (count (demand, 7), 7);
  ck_assert_uint_eq (count (demand, -1), 7);
  ck_assert_uint_eq (count (demand, 2), 7);
  ck_assert_uint_eq (count (demand, 9), 9);
  lost = -1;
  server_demand_free (demand);
  ck_assert_uint_eq (gone.lost, 9);
}

END_TEST;

int
main (void)
{
  Suite *suite = suite_create ("serverdemand");
  TCase *tcase = tcase_create ("all");
  tcase_add_test (tcase, test_what_was_lost_is_never_less_than_before);
  suite_add_tcase (suite, tcase);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed == 0 ? 0 : 1;
}
