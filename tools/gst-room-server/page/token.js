// SPDX-License-Identifier: LGPL-2.1-or-later
// Token: what came with the address of the page. It leaves the address bar at
// once, so that no bookmark, screen shot or link has it, and goes on in headers
// only. The tab keeps it for a reload.

const key = `access-token ${location.pathname}`;
const address = new URL(location.href);
let token = address.searchParams.get('access_token');

try {
  if (token !== null)
    sessionStorage.setItem(key, token);
  token = sessionStorage.getItem(key);
} catch {
  // Storage is switched off: it lasts as long as the page.
}
if (address.searchParams.has('access_token')) {
  address.searchParams.delete('access_token');
  history.replaceState(null, '', address);
}

export function withToken(headers = {}) {
  return token ? { ...headers, Authorization: `Bearer ${token}` } : headers;
}
