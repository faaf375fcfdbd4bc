/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* With AddressSanitizer: what the libraries have set up before our own code runs
 * stays until the process ends and is no leak of ours. In a program "before" is
 * before main; in a test program, which has UNTIL_FORK, it is before libcheck forks
 * the first test, and GStreamer's registry belongs to it. What loses nothing then
 * has nothing to look up in the suppressions, and the debug information of every
 * library stays unread: most of the time that a short test took. */
#include <pthread.h>
#include <sanitizer/lsan_interface.h>

#ifdef UNTIL_FORK
static void
look_in_child (void)
{
  static int looking;

  /* A child may fork in its turn. */
  if (!looking)
    __lsan_enable ();
  looking = 1;
}
#else
/* Runs after the constructors of the libraries. */
static void look_from_main (void) __attribute__((constructor));

static void
look_from_main (void)
{
  __lsan_enable ();
}
#endif

static void
look_away (void)
{
  __lsan_disable ();
#ifdef UNTIL_FORK
  pthread_atfork (NULL, NULL, look_in_child);
#endif
}

/* Runs before them. */
static void (*const before_libraries) (void)
    __attribute__((section (".preinit_array"), used)) = look_away;
