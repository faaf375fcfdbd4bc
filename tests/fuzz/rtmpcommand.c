/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The first byte is the type of a message, the rest is its payload. */
#include "fuzztarget.h"

#include "rtmp/rtmpauth.h"
#include "rtmp/rtmpconnect.h"
#include "rtmp/rtmpcontrol.h"
#include "rtmp/rtmperror.h"
#include "rtmp/rtmpstatus.h"

static void
check_control (const RtmpMessage * message)
{
  g_autoptr (GError) error = NULL;
  RtmpControl control, again;

  if (!rtmp_control_read (&control, message, &error)) {
    FUZZ_REQUIRE (g_error_matches (error, RTMP_ERROR, RTMP_ERROR_PROTOCOL));
    return;
  }
  g_autoptr (RtmpMessage) written = rtmp_control_write (&control);
  FUZZ_REQUIRE (rtmp_control_read (&again, written, NULL));
  FUZZ_REQUIRE (again.number == control.number && again.event == control.event);
}

static void
check_connect (const RtmpCommand * command)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RtmpConnect) connect = rtmp_connect_parse (command, &error);

  FUZZ_REQUIRE ((connect == NULL) == (error != NULL));
  if (connect == NULL)
    return;
  g_autoptr (RtmpMessage) written = rtmp_connect_write (connect, 1);
  g_autoptr (RtmpCommand) parsed = rtmp_command_parse (written, NULL);
  /* What was made valid may have become longer than a message may be. */
  if (parsed == NULL)
    return;
  g_autoptr (RtmpConnect) again = rtmp_connect_parse (parsed, NULL);
  FUZZ_REQUIRE (again != NULL);
  FUZZ_REQUIRE (g_str_equal (again->application, connect->application));
  FUZZ_REQUIRE (again->capabilities.caps == connect->capabilities.caps
      || !rtmp_capabilities_is_enhanced (&connect->capabilities));
}

static void
check_status (const RtmpCommand * command)
{
  g_autoptr (RtmpUrl) url = rtmp_url_parse ("rtmp://h/live/secret-key?a=token",
      NULL);
  RtmpCapabilities capabilities;
  RtmpStatus status;

  rtmp_connect_read_success (command, &capabilities);
  rtmp_status_read (&status, rtmp_command_get_argument (command, 0));
  g_autoptr (GError) refused = rtmp_status_new_error (&status, "it", url);
  g_autoptr (GError) ended = rtmp_status_new_end (&status, url);
  FUZZ_REQUIRE (g_utf8_validate (refused->message, -1, NULL));
  FUZZ_REQUIRE (g_utf8_validate (ended->message, -1, NULL));
  FUZZ_REQUIRE (g_strrstr (refused->message, "secret-key") == NULL);
  g_autoptr (RtmpAuthDemand) demand =
      rtmp_auth_demand_parse (status.description);
  if (demand->method != RTMP_AUTH_NONE) {
    g_autofree gchar *query = rtmp_auth_new_answer_query (demand, "u", "p",
        "live", 1);
    FUZZ_REQUIRE (query[0] == '?');
  }
}

int
LLVMFuzzerTestOneInput (const guint8 * data, gsize size)
{
  if (size == 0)
    return 0;
  RtmpMessageHead head = {.type = data[0],.stream = 1 };
  g_autoptr (RtmpMessage) message = rtmp_message_new_copy (&head, data + 1,
      size - 1);
  if (head.type <= RTMP_MESSAGE_PEER_BANDWIDTH) {
    check_control (message);
    return 0;
  }
  g_autoptr (GError) error = NULL;
  g_autoptr (RtmpCommand) command = rtmp_command_parse (message, &error);
  FUZZ_REQUIRE ((command == NULL) == (error != NULL));
  if (command == NULL)
    return 0;
  check_connect (command);
  check_status (command);
  return 0;
}
