/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* parselaunch: parses a launch line, given as its arguments, as gst-launch-1.0
 * would, and runs nothing. Exit 1 and words when it cannot be. */

#include <gst/gst.h>
#include <stdio.h>

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  gst_init (&argc, &argv);
  GstElement *pipeline = gst_parse_launchv ((const gchar **) argv + 1, &error);
  /* A line that is only partly understood gives both. */
  if (pipeline != NULL) {
    gst_object_ref_sink (pipeline);
    gst_object_unref (pipeline);
  }
  if (error != NULL) {
    fprintf (stderr, "%s\n", error->message);
    return 1;
  }
  return pipeline != NULL ? 0 : 1;
}
