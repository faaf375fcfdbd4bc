/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RoomCertificate: this process's DTLS certificate, made early.
 * The RSA key takes 130 to 660 ms and the first offer waits for it, so it is
 * begun beside everything else. Any thread. */
#pragma once

/* Begins in a thread of its own; once in a process. */
void room_certificate_prepare (void);

/* Waits until it is made, if it was begun. Nobody may unload the library or
 * leave the process under that thread. */
void room_certificate_wait (void);
