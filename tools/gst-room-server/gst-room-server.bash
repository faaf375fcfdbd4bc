# SPDX-License-Identifier: LGPL-2.1-or-later
# bash completion for gst-room-server(1)

_gst_room_server() {
  local cur=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local with_value='--listen --keys --keys-file --media-address --udp-ports
    --stun-server --record --grace'
  local alone='--no-auth-watch --remote-unmute --ice-tcp --json --verbose
    --version --help'

  COMPREPLY=()
  # bash makes three words of --option=value.
  if [[ $cur == = ]]; then
    cur=
  elif [[ $previous == = ]]; then
    previous=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  case $previous in
    --keys-file) mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    --record) mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
    --listen)
      mapfile -t COMPREPLY < <(compgen -W '127.0.0.1: 0.0.0.0:' -- "$cur")
      ;;
    --keys | --media-address | --udp-ports | --stun-server | --grace) ;;
    *)
      mapfile -t COMPREPLY < <(compgen -W "$with_value $alone" -- "$cur")
      ;;
  esac
}

complete -o filenames -F _gst_room_server gst-room-server
