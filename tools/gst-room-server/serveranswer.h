/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ServerAnswer: what webrtcbin leaves out of its answers, and a browser wants:
 * the names of sections and sizes in its packets, and which of several sizes
 * we take. Without them it never offers them again. Text only. */
#pragma once

#include "serveroffer.h"

/* @sdp, an answer to @offer, with them. */
gchar *server_answer_write (const gchar *sdp, const ServerOffer *offer);
