#compdef gst-room-server
# SPDX-License-Identifier: LGPL-2.1-or-later
# zsh completion for gst-room-server(1); installed as _gst-room-server

_arguments -S \
  '--listen=[where to listen]:address and port:(127.0.0.1\:7880 0.0.0.0\:7880)' \
  '(--keys-file)--keys=[API keys and their secrets]:key\:secret,...:' \
  '(--keys)--keys-file=[file with the API keys]:file:_files' \
  '--no-auth-watch[watching needs no token]' \
  '--remote-unmute[administrators may unmute]' \
  '*--media-address=[offer media at this address only]:address:' \
  '--udp-ports=[offer media at these ports only]:min-max:' \
  '--stun-server=[ask it for the outer address]:stun\://host\:port:' \
  '--record=[keep each track in a file of this folder]:folder:_files -/' \
  '--ice-tcp[media over TCP too]' \
  '--grace=[wait so long for clients to leave]:seconds:' \
  '--json[one JSON object per event]' \
  '(-v --verbose)'{-v,--verbose}'[who comes, goes and is refused]' \
  '(- *)--version[print the version]' \
  '(- *)'{-h,--help}'[print help]'
