#!/usr/bin/env bash
# Installs the command with its manual pages and the completions of three shells.
#
# usage: install.sh SADDLE PREFIX
set -euo pipefail
saddle=$1 prefix=$2
share=$prefix/share
completions=(
    "bash $share/bash-completion/completions/saddle"
    "zsh $share/zsh/site-functions/_saddle"
    "fish $share/fish/vendor_completions.d/saddle.fish"
)
install -d "$share/man/man1"
install -D -m 755 "$saddle" "$prefix/bin/saddle"
"$saddle" manual "$share/man/man1"
for completion in "${completions[@]}"; do
    read -r shell file <<<"$completion"
    install -d "$(dirname "$file")"
    "$saddle" --generate-completion-script "$shell" >"$file"
done
printf 'installed %s, its manual (man saddle) and completions under %s\n' "$prefix/bin/saddle" "$share"
