#compdef gst-publisher
# SPDX-License-Identifier: LGPL-2.1-or-later
# zsh completion for gst-publisher(1); installed as _gst-publisher

_gst_publisher_elements() {
  local -a elements
  elements=(${(f)"$(gst-inspect-1.0 2>/dev/null | awk -F': +' 'NF >= 3 && $2 !~ "/" { print $2 }')"})
  compadd -a elements
}

_arguments -S \
  '(--room-server)--url=[server]:URL (ws, wss, http, https):_urls' \
  '(--url)--room-server=[room server to publish into and to watch at, or none]:URL or none:(none http\://127.0.0.1\:7880)' \
  '(--token-file --api-key --api-secret --api-secret-file)--token=[access token]:token:' \
  '(--token --api-key --api-secret --api-secret-file)--token-file=[file with the access token]:file:_files' \
  '(--token --token-file)--api-key=[key to make the token with]:key:' \
  '(--token --token-file --api-secret-file)--api-secret=[secret of the key]:secret:' \
  '(--token --token-file --api-secret)--api-secret-file=[file with the secret]:file:_files' \
  '--room=[room, for a token made here]:room:' \
  '--identity=[identity, for a token made here]:identity:' \
  '--name=[name shown to others]:name:' \
  '--metadata=[metadata of the participant]:text:' \
  '(--allowed-users-file)--allowed-users=[who may subscribe]:identities (a,b):' \
  '(--allowed-users)--allowed-users-file=[file with who may subscribe]:file:_files' \
  '*--track-name=[name of a track, in the order of the ends]:name:' \
  '--video-source=[what the video is]:source:(camera screen-share)' \
  '--delay=[wait before joining]:seconds:' \
  '--stats=[report statistics so often]:seconds:' \
  '--json[one JSON object per event]' \
  '(-v --verbose)'{-q,--quiet}'[errors only]' \
  '(-q --quiet)'{-v,--verbose}'[more]' \
  '(- *)--version[print the version]' \
  '(- *)'{-h,--help}'[print help]' \
  '*:::pipeline:_gst_publisher_elements'
