/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RtmpToken: the answer of one who has a secure token to a server that asks
 * (Wowza's "SecureToken"; librtmp's option "token"): what it sends is
 * enciphered with the token, and is to be sent back in the clear. */
#pragma once

#include <glib.h>

/* @challenge in hexadecimal. NULL when it is none, or too long. The bytes may
 * be any. */
GBytes *rtmp_token_answer (const gchar *token, const gchar *challenge);
