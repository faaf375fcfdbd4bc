/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerAnswer: what webrtcbin leaves out of its descriptions, and a browser
 * wants: the header extensions that we take, without which it never offers them
 * again; which of several sizes; and how much it may begin with. Text only. */
#pragma once

#include "serveroffer.h"

/* @sdp, an answer to @offer, with them. */
gchar *server_answer_write (const gchar *sdp, const ServerOffer *offer);

/* @sdp, of ours, and header extensions may be of either form. */
gchar *server_answer_mix (const gchar *sdp);
