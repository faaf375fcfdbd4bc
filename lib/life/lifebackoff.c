/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "life/lifebackoff.h"

struct _LifeBackoff
{
  LifeBackoffPolicy policy;
  LifeRandomFunc random;
  gpointer user_data;
  guint tries;
  gdouble delay_us;             /* the next one, without jitter */
  gint64 start_us;              /* first next(); once tries > 0 */
};

static gdouble
life_backoff_random (gpointer user_data)
{
  return g_random_double ();
}

LifeBackoff *
life_backoff_new (const LifeBackoffPolicy * policy, LifeRandomFunc random,
    gpointer user_data)
{
  g_return_val_if_fail (policy->first_us > 0, NULL);
  g_return_val_if_fail (policy->factor >= 1, NULL);
  g_return_val_if_fail (policy->cap_us >= policy->first_us, NULL);
  g_return_val_if_fail (policy->jitter >= 0 && policy->jitter <= 1, NULL);
  g_return_val_if_fail (policy->give_up_us >= 0, NULL);

  LifeBackoff *self = g_new0 (LifeBackoff, 1);
  self->policy = *policy;
  self->random = random ? random : life_backoff_random;
  self->user_data = user_data;
  life_backoff_reset (self);
  return self;
}

void
life_backoff_free (LifeBackoff * self)
{
  g_free (self);
}

gint64
life_backoff_next (LifeBackoff * self, gint64 now_us)
{
  const LifeBackoffPolicy *policy = &self->policy;

  if (self->tries == 0)
    self->start_us = now_us;
  gint64 elapsed = now_us - self->start_us;
  if (policy->max_tries > 0 && self->tries >= policy->max_tries)
    return -1;
  if (policy->give_up_us > 0 && elapsed >= policy->give_up_us)
    return -1;

  gdouble random = policy->jitter > 0 ? self->random (self->user_data) : 0;
  gint64 delay = self->delay_us * (1 - policy->jitter * random);
  if (policy->give_up_us > 0)
    delay = MIN (delay, policy->give_up_us - elapsed);

  self->delay_us = MIN (self->delay_us * policy->factor, policy->cap_us);
  self->tries++;
  return delay;
}

guint
life_backoff_get_tries (const LifeBackoff * self)
{
  return self->tries;
}

void
life_backoff_reset (LifeBackoff * self)
{
  self->tries = 0;
  self->delay_us = self->policy.first_us;
}
