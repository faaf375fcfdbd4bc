/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerNames: the names of tracks in a description that is sent. webrtcbin
 * writes its own, and there is no way to tell it others. Text only. */
#pragma once

#include "serveroutlet.h"

/* @sdp with the names that the outlets in @outlets and @removed shall have. A
 * name of webrtcbin's own that is no outlet's any more is left out. */
gchar *server_names_write (const gchar *sdp, GPtrArray *outlets,
    GPtrArray *removed);
