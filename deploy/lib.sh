# Helpers of the scripts in deploy/; sourced, never run.
# shellcheck shell=bash

# shellcheck disable=SC2034  # SERVICES is read by the scripts that source this file
readonly SERVICES=(intake approval fee notification audit gateway)
DEPLOY=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(dirname "$DEPLOY")
readonly DEPLOY ROOT
readonly EXAMPLE=$DEPLOY/example
readonly SOCKET_PATH_MAX=107 # bytes, without the zero at the end (unix(7))

# -- telling ---------------------------------------------------------------------------------------

# say WHAT TEXT...: a line of progress.
say() {
    printf '%-12s %s\n' "$1" "${*:2}"
}

# fail TEXT...: says what is wrong and what to do, and ends.
fail() {
    printf 'failed       %s\n' "$*" >&2
    exit 1
}

# Indents what a program prints, as a continuation of a line of `say`.
indent() {
    sed -u 's/^/             /'
}

# The comment at the head of the script that runs is its help.
help_print() {
    sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$0"
}

# -- packages --------------------------------------------------------------------------------------

# The packages that are there, and what they stand in for: a nodejs of another origin brings its npm.
packages_present() {
    dpkg-query -W -f '${db:Status-Status} ${Package}, ${Provides}\n' | sed -n 's/^installed //p' |
        tr ',' '\n' | awk '{print $1}'
}

# Those of the packages listed in the files that are not there.
packages_missing() {
    local package present
    present=$(packages_present)
    while read -r package _; do
        grep -Fqx "$package" <<<"$present" || printf '%s ' "$package"
    done < <(cat "$@" | grep -v '^#')
}

# packages_install FILE...: installs what the files list, a Debian package a line.
packages_install() {
    local missing log=/tmp/glasshall-packages.$$.log
    command -v dpkg-query >/dev/null ||
        fail "this is no Debian; install what $* lists in your own way. deploy/up --bin DIR" \
            "starts programs that were built by hand"
    missing=$(packages_missing "$@")
    if [ -z "$missing" ]; then
        say packages "all are installed"
        return
    fi
    [ "$(id -u)" -eq 0 ] || fail "packages are missing; as root: apt-get install $missing"
    say packages "installing $missing"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086  # a list of names
    if ! { apt-get update && apt-get install -y --no-install-recommends $missing; } \
        >"$log" 2>&1; then
        tail -n 15 "$log" | indent
        fail "apt-get could not install them (above, all of it in $log). Is the network there," \
            "and is this Debian 12?"
    fi
    rm -f "$log"
}

# Passes on one line of ninja's progress for each tenth.
progress_tenths() {
    awk -F'[][/]' '/^\[[0-9]+\/[0-9]+\]/ {
        tenth = int(10 * $2 / $3)
        if (tenth > told) { printf "%3d %%\n", 10 * tenth; fflush(); told = tenth }
    }' | indent
}

# preset_build PRESET [TARGET...]: builds a preset of CMakePresets.json, or some of its targets.
preset_build() {
    local preset=$1 log=$ROOT/build/$1.log targets=()
    shift
    [ $# -eq 0 ] || targets=(--target "$@")
    say build "$preset programs in build/$preset"
    mkdir -p "$ROOT/build"
    if ! cmake -S "$ROOT" --preset "$preset" >"$log" 2>&1; then
        tail -n 15 "$log" | indent
        fail "the build cannot be set up (above, all of it in $log)"
    fi
    # A build whose folder was made for another checkout, or another compiler, is told by cmake.
    if ! cmake --build "$ROOT/build/$preset" --parallel "$(nproc)" "${targets[@]}" 2>&1 |
        tee -a "$log" | progress_tenths; then
        grep -E '^FAILED: |: (fatal )?error: |undefined reference' "$log" | sort -u | head -n 15 |
            indent
        fail "the build failed (above, all of it in $log)"
    fi
    say build "done"
}

# -- options and folders ---------------------------------------------------------------------------

# options_read ALLOWED "$@": sets DATA, PORT and BIN from those of --data, --port and --bin that
# ALLOWED (a word list) names. PORT and BIN stay empty when they are not given.
options_read() {
    local allowed=" $1 "
    shift
    DATA=./var PORT='' BIN=''
    while [ $# -gt 0 ]; do
        if [ "$1" = --help ]; then
            help_print
            exit 0
        fi
        [[ $allowed == *" $1 "* ]] || fail "there is no option $1; see $0 --help"
        [ $# -ge 2 ] || fail "$1 wants a value; see $0 --help"
        case $1 in
        --data) DATA=$2 ;;
        --port) PORT=$2 ;;
        --bin) BIN=$(realpath -m -- "$2") ;;
        esac
        shift 2
    done
    DATA=$(realpath -m -- "$DATA")
    [[ $DATA != / && $DATA != *$'\n'* ]] || fail "--data must name a folder of the hall's own"
    [[ -z $PORT || ($PORT =~ ^[0-9]{1,5}$ && $PORT -ge 1 && $PORT -le 65535) ]] ||
        fail "--port must be a number from 1 to 65535"
    DATA_QUOTED=$(printf '%q' "$DATA") # to be pasted into a command
    CONFIG=$DATA/glasshall.conf
}

# setting NAME: the value of a setting in the hall's settings file; empty when there is none.
setting() {
    [ ! -f "$CONFIG" ] || sed -n "s/^$1 = //p" "$CONFIG"
}

# The hall of DATA must have been set up; reads where its programs and its gateway are.
hall_known() {
    [ -f "$CONFIG" ] ||
        fail "there is no hall in $DATA; start one with: deploy/up --data $DATA_QUOTED"
    BIN=$(cat "$DATA/programs")
    URL=http://127.0.0.1:$(setting port)
}

# Where the sockets go: in the data folder, or, where their paths would be too long, in a short
# folder that is derived from it.
run_folder() {
    local longest=$DATA/run/notification.command short
    if [ ${#longest} -le $SOCKET_PATH_MAX ]; then
        printf '%s\n' "$DATA/run"
        return
    fi
    short=glasshall-$(printf '%s' "$DATA" | sha256sum | cut -c 1-12)
    if [ -w /run ]; then
        printf '%s\n' "/run/$short"
    else
        printf '%s\n' "/tmp/$short-$(id -u)"
    fi
}

log_file() {
    printf '%s\n' "$DATA/log/$1.log"
}

# -- processes -------------------------------------------------------------------------------------

# Each service has a keeper (deploy/keep) that starts it again when it dies. Their process ids stand
# in DATA/pid/SERVICE and DATA/pid/SERVICE.keeper; why a keeper gave up, in SERVICE.gave-up.

# pid_alive FILE WORDS...: prints the process id in FILE if that process still is the one that was
# meant: every word stands among its arguments.
pid_alive() {
    local pid arguments word
    pid=$(cat "$DATA/pid/$1" 2>/dev/null) || return 1
    arguments=$(tr '\0' '\n' 2>/dev/null <"/proc/$pid/cmdline") || return 1
    for word in "${@:2}"; do
        grep -qxF -- "$word" <<<"$arguments" || return 1
    done
    printf '%s\n' "$pid"
}

service_pid() {
    pid_alive "$1" "$BIN/glasshall-$1" "$CONFIG"
}

keeper_pid() {
    pid_alive "$1.keeper" "$DATA" "$1" "$CONFIG"
}

# The reason for which the keeper of a service gave up; fails when it did not.
gave_up() {
    cat "$DATA/pid/$1.gave-up" 2>/dev/null
}

# The reason in the last error line that a service wrote since it was last started.
last_error() {
    tail -n 200 "$(log_file "$1")" 2>/dev/null | awk '
        /"event":"keeper\.started"/ { line = "" }
        /"level":"error"/ && !/"event":"keeper\./ { line = $0 }
        END { print line }' | sed -n 's/.*"reason":"\(\([^"\\]\|\\.\)*\)".*/\1/p'
}

# -- the client ------------------------------------------------------------------------------------

# example FILE ARGUMENTS...: runs a Python program of deploy/example.
example() {
    PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PYTHONIOENCODING=utf-8 \
        python3 "$EXAMPLE/$1" "${@:2}"
}

# Holds the record against itself, the services' logs, and where it ended the last time.
record_verify() {
    local head_file=$DATA/verified-head told code=0 head=()
    [ ! -s "$head_file" ] || head=(--head "$(cat "$head_file")")
    told=$("$BIN/glasshall-audit" verify --data "$DATA" "${head[@]}" 2>&1) || code=$?
    indent <<<"$told"
    [ $code -eq 0 ] || fail "the audit log is not what it should be (above). Keep $DATA as it is," \
        "copy it, and look at the places named before anything is changed"
    sed -n 's/^record .* head \([0-9]*:[0-9a-f]*\)$/\1/p' <<<"$told" >"$head_file"
}

# Runs the demo case, then verifies what it left in the record.
demo_run() {
    say demo "the way of a case: UMB-P-001, permit to excavate an urban road"
    example demo.py "$DATA" "$URL" "$(mail_folder)" ||
        fail "the demo case did not get through (above); deploy/status --data $DATA_QUOTED tells" \
            "how the services are, $DATA/log has what they say"
    say verify "glasshall-audit verify --data $DATA_QUOTED"
    record_verify
}

mail_folder() {
    setting mail | sed 's/^file://'
}
