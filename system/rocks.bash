# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of rocks for bash. One call of rocks lists what may follow: it reads the command
# line up to the cursor and the inventory, and prints no errors.
_rocks()
{
	local - IFS=$'\n' answer code
	set -f
	answer=$(exec rocks --complete "${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null)
	code=$?
	COMPREPLY=($answer)
	if [[ $code -eq 10 ]]; then
		compopt -o default
	elif [[ ${#COMPREPLY[@]} -eq 1 && $answer == *= ]]; then
		compopt -o nospace
	fi
}
complete -F _rocks rocks
