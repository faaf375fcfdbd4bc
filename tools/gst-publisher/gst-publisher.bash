# SPDX-License-Identifier: LGPL-2.1-or-later
# bash completion for gst-publisher(1)

_gst_publisher_elements() {
  gst-inspect-1.0 2>/dev/null | awk -F': +' 'NF >= 3 && $2 !~ "/" { print $2 }'
}

_gst_publisher() {
  local cur=${COMP_WORDS[COMP_CWORD]} word i
  local with_value='--url --room-server --token --token-file --api-key --api-secret
    --api-secret-file --room --identity --name --metadata --allowed-users
    --allowed-users-file --track-name --video-source --delay --stats'
  local alone='--json --quiet --verbose --version --help'

  COMPREPLY=()
  # From the first word that is neither an option nor its value on, the
  # pipeline is spelled. bash makes three words of --option=value.
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ $word == -- || $word != -* ]]; then
      mapfile -t COMPREPLY < <(compgen -W "$(_gst_publisher_elements)" -- "$cur")
      return
    fi
    if [[ " ${with_value//$'\n'/ } " == *" $word "* ]]; then
      [[ ${COMP_WORDS[i + 1]-} == = ]] && ((i++))
      if ((i + 1 >= COMP_CWORD)); then
        [[ $cur == = ]] && cur=
        case $word in
          *-file) mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
          --room-server)
            mapfile -t COMPREPLY < <(compgen -W 'none http://127.0.0.1:7880' \
              -- "$cur")
            ;;
          --video-source)
            mapfile -t COMPREPLY < <(compgen -W 'camera screen-share' -- "$cur")
            ;;
        esac
        return
      fi
      ((i++))
    fi
  done
  if [[ $cur == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$with_value $alone" -- "$cur")
  else
    mapfile -t COMPREPLY < <(compgen -W "$(_gst_publisher_elements)" -- "$cur")
  fi
}

complete -o filenames -F _gst_publisher gst-publisher
