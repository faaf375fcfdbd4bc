# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the interop tests stand on: foreign servers, peers, media."""
