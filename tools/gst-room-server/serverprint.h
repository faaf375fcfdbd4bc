/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerPrint: what gst-room-server says on its outputs: lines for people, or
 * one JSON object per event. No secret is ever among them. Any thread; none of
 * them waits for who reads. */
#pragma once

#include "life/lifewriter.h"
#include "serverhost.h"

typedef struct {
  gboolean json;
  LifeWriter *writer;
  gint out;
  gint err;
} ServerPrint;

void server_print_listening (const ServerPrint *self, ServerHost *host);
void server_print_reloaded (const ServerPrint *self, const GError *error);
/* "recording" or "recorded", and the file. */
void server_print_recording (const ServerPrint *self, const gchar *what,
    const gchar *file);
void server_print_not_recorded (const ServerPrint *self, const gchar *text);
/* Who comes and goes, and what is published. Of other events nothing. */
void server_print_event (const ServerPrint *self,
    const LivekitRoomEvent *event);
/* Who was not let in. */
void server_print_refused (const ServerPrint *self,
    const LivekitRefused *refused);
void server_print_stopping (const ServerPrint *self);
void server_print_stopped (const ServerPrint *self,
    const ServerHostReport *report);
