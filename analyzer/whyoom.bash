# Bash completion for whyoom. Options and classes are compared with the program's own by tests/cli/run.

_whyoom() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local options='--format --csv --md --db --state --html --prom --stream --offset --summary --all --number --why --where --since --until --utc --tz --rules --fail-on --debuginfo --verbose --output
        --anonymize --jobs --color --no-pager --no-progress --help --version'
    local commands='scan map merge report rules inspect layout browse'
    local subcommands='list show check test facts'
    local classes='manual pressure slab shmem kernel-memory hugetlb swap memcg-limit host-zone unknown'
    COMPREPLY=()
    case $previous in
    --format) mapfile -t COMPREPLY < <(compgen -W 'text json md html csv' -- "$current") ;;
    --color) mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$current") ;;
    --fail-on) # the last of a list
        local before=
        [[ $current == *,* ]] && before=${current%,*},
        mapfile -t COMPREPLY < <(compgen -P "$before" -W "$classes" -- "${current##*,}")
        ;;
    --rules) mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
    --since | --until) mapfile -t COMPREPLY < <(compgen -W 'today yesterday' -- "$current") ;;
    --tz) mapfile -t COMPREPLY < <(cd /usr/share/zoneinfo 2>/dev/null && compgen -f -- "$current") ;;
    inspect) mapfile -t COMPREPLY < <(compgen -W 'summary log cgroups lru pages page zones slabs tasks shmem swap stacks huge' -- "$current") ;;
    --number | --jobs | --where | -n | -j) ;;
    rules) mapfile -t COMPREPLY < <(compgen -W "$subcommands" -- "$current") ;;
    show) mapfile -t COMPREPLY < <(compgen -W "$(whyoom rules list 2>/dev/null | cut -d ' ' -f 1)" -- "$current") ;;
    *)
        if [[ $current == -* ]]; then
            mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
        elif ((COMP_CWORD == 1)); then
            mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$current"; compgen -f -- "$current")
        else
            mapfile -t COMPREPLY < <(compgen -f -- "$current")
        fi
        ;;
    esac
}

complete -o filenames -F _whyoom whyoom
