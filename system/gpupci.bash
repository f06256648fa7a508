# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of gpupci for bash: gpupci --help lists the options and their arguments, and
# gpupci --list the cards, for which this waits a second at most.
_gpupci()
{
	local - IFS=$' \t\n' line word before takes='' options=() offers=() root=()
	local form='^ +((-[a-z]), )?(--[a-z-]+)( ([A-Z]+))?'
	local i=$((COMP_CWORD - 1))
	set -f
	# To bash, --option=value is three words by default.
	[[ ${COMP_WORDS[i]} == = ]] && ((i--))
	before=${COMP_WORDS[i]}
	while IFS= read -r line; do
		[[ $line =~ $form ]] || continue
		options+=("${BASH_REMATCH[3]}")
		if [[ $before == "${BASH_REMATCH[3]}" || $before == "${BASH_REMATCH[2]}" ]]; then
			takes=${BASH_REMATCH[5]}
		fi
	done <<< "$(exec gpupci --help 2>/dev/null)"
	[[ $i -gt 0 && ${COMP_WORDS[i - 1]} == --rename ]] && takes=OLD
	for ((i = 1; i < COMP_CWORD; i++)); do
		# It takes more than one.
		[[ ${COMP_WORDS[i]} == @(-s|--status) && ! $takes && $2 != -* ]] && takes=CARD
		[[ ${COMP_WORDS[i]} == --sysroot ]] || continue
		[[ ${COMP_WORDS[i + 1]} == = ]] && ((i++))
		root=(--sysroot "${COMP_WORDS[i + 1]/#\~\//$HOME/}")
	done
	case $takes in
	CARD | NEW | OLD)
		while read -r word line; do
			[[ $word ]] && offers+=("$word")
		done <<< "$(exec gpupci --list --timeout 1 "${root[@]}" 2>/dev/null)"
		[[ $takes == CARD ]] && offers+=(all)
		;;
	DRIVER)
		offers=(vfio-pci)
		;;
	FILE | DIR)
		compopt -o default
		;;
	'')
		offers=("${options[@]}")
		;;
	esac
	COMPREPLY=()
	for word in "${offers[@]}"; do
		[[ $word == "$2"* ]] && COMPREPLY+=("$word")
	done
}
complete -F _gpupci gpupci
