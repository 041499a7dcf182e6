#!/bin/bash
# Tells Telegram where the bot is, with curl alone. See --help.
set -euo pipefail

usage() {
    cat <<'TEXT'
Usage: scripts/set-webhook.sh [--env FILE] [--certificate FILE] [--max-connections N] [--drop-pending]
       scripts/set-webhook.sh --info | --delete [--drop-pending]

Registers WEBHOOK_URL with WEBHOOK_SECRET at Telegram and says what Telegram then knows. The settings are those of
.env and of the environment (which wins); BOT_TOKEN_FILE and WEBHOOK_SECRET_FILE may name files. The token is never shown.
  --env FILE           settings from another file than .env
  --certificate FILE   uploads a self-signed certificate (PEM), such as certs/fullchain.pem
  --max-connections N  at most so many deliveries at once, 1 to 100 (40)
  --drop-pending       throws away the updates that wait
  --info               only says what Telegram knows
  --delete             no more updates are sent
`techsupport webhook set|info|delete` does the same.
TEXT
}

die() {
    echo "set-webhook: $1" >&2
    exit "${2:-78}"
}

env_file=.env
method=setWebhook
certificate=
connections=40
drop=
while [ $# -gt 0 ]; do
    case $1 in
    --env | --certificate | --max-connections)
        [ $# -ge 2 ] || { usage >&2 && exit 64; }
        case $1 in
        --env) env_file=$2 ;;
        --certificate) certificate=$2 ;;
        *) connections=$2 ;;
        esac
        shift
        ;;
    --info) method=getWebhookInfo ;;
    --delete) method=deleteWebhook ;;
    --drop-pending) drop=yes ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && exit 64 ;;
    esac
    shift
done
[[ $connections =~ ^([1-9][0-9]?|100)$ ]] || die '--max-connections is a number from 1 to 100' 64
[ -z "$certificate" ] || [ -r "$certificate" ] || die "$certificate cannot be read" 66
command -v curl >/dev/null || die 'curl is not installed' 69

# text_of NAME — from the environment, else from the file; quotes around a value and a comment behind it are left out.
text_of() {
    local name=$1 value
    if [ -n "${!name+set}" ]; then
        printf '%s' "${!name}"
        return
    fi
    [ -r "$env_file" ] || return 0
    value=$(sed -nE "s/^[[:space:]]*(export[[:space:]]+)?${name}[[:space:]]*=[[:space:]]*//p" "$env_file" | tail -n 1)
    value=${value%$'\r'}
    case $value in
    \"*\"*) value=${value#\"} && value=${value%%\"*} ;;
    \'*\'*) value=${value#\'} && value=${value%%\'*} ;;
    '#'*) value= ;;
    *) value=${value%%[[:space:]]#*} && value=${value%"${value##*[![:space:]]}"} ;;
    esac
    printf '%s' "$value"
}

# As text_of, or the first line of the file that NAME_FILE names.
secret_of() {
    local value file line
    value=$(text_of "$1")
    file=$(text_of "$1_FILE")
    if [ -z "$value" ] && [ -n "$file" ]; then
        [ -r "$file" ] || die "$1_FILE: $file cannot be read"
        IFS= read -r line <"$file" || true
        value=${line%$'\r'}
    fi
    printf '%s' "$value"
}

token=$(secret_of BOT_TOKEN)
api=$(text_of TELEGRAM_API_URL)
api=${api:-https://api.telegram.org}
[[ $token =~ ^[0-9]+:[A-Za-z0-9_-]{30,128}$ ]] || die "BOT_TOKEN is not set in $env_file, or is not what @BotFather gave"
[[ $api =~ ^https?://[A-Za-z0-9./:_~-]+$ ]] || die 'TELEGRAM_API_URL must be an address'

# call METHOD [LINES OF CURL'S CONFIGURATION] — through standard input, so that the token is in no list of processes.
call() {
    printf 'url = "%s/bot%s/%s"\nsilent\nshow-error\nmax-time = 60\n%s' "${api%/}" "$token" "$1" "${2:-}" |
        curl --config - || die 'the Bot API was not reached, see above' 69
}

# field ANSWER NAME — a text, number or truth value of the answer; "" where there is none.
field() {
    sed -nE "s/.*\"$2\": ?(\"(([^\"\\\\]|\\\\.)*)\"|([0-9]+|true|false)).*/\\2\\4/p" <<<"$1" | sed 's|\\/|/|g'
}

# told_kinds ANSWER — whether all that the bot uses are sent; where Telegram names none it sends them all.
told_kinds() {
    local kind
    [[ $1 == *'"allowed_updates":'* ]] || { echo 'all that the bot uses' && return; }
    for kind in "${kinds[@]}"; do
        [[ ${1#*'"allowed_updates":'} == *"\"$kind\""* ]] || { echo 'some are missing: run this without --info' && return; }
    done
    echo 'all that the bot uses'
}

check_answer() {
    [ "$(field "$1" ok)" = true ] && return
    case $(field "$1" error_code) in
    401 | 404) die 'Telegram does not know this token: copy it again from @BotFather into BOT_TOKEN' ;;
    '') die 'the Bot API: the answer cannot be read' 69 ;;
    *) die "Telegram refused: $(field "$1" description)" ;;
    esac
}

kinds=(message edited_message callback_query my_chat_member)
fields=
case $method in
setWebhook)
    [ "$(text_of MODE)" != polling ] || die 'MODE is polling: the bot would remove the webhook at its start'
    url=$(text_of WEBHOOK_URL)
    secret=$(secret_of WEBHOOK_SECRET)
    [[ $url =~ ^https?://[^\"\\[:space:]]+$ ]] ||
        die 'WEBHOOK_URL is not set: it must be the public address, such as https://bot.example.org/webhook'
    # As the bot takes it.
    [[ ! $url =~ ^(https?://[^/?]+)(\?.*)?$ ]] || url=${BASH_REMATCH[1]}/webhook${BASH_REMATCH[2]}
    if [ -z "$secret" ]; then
        die "WEBHOOK_SECRET is not set. Put a line such as this one into $env_file, start the bot anew, and try again:
    WEBHOOK_SECRET=$(head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n')
(Without it the bot makes one from its token; only \`techsupport webhook set\` knows that one.)"
    fi
    [[ $secret =~ ^[A-Za-z0-9_-]{1,256}$ ]] || die 'WEBHOOK_SECRET must be 1 to 256 of the characters A-Z a-z 0-9 _ -'
    fields="form-string = \"url=$url\"
form-string = \"secret_token=$secret\"
form-string = \"max_connections=$connections\"
form-string = \"allowed_updates=[$(printf '\\"%s\\",' "${kinds[@]}" | sed 's/,$//')]\"
"
    [ -z "$certificate" ] || fields+="form = \"certificate=@$certificate\"
"
    ;;
deleteWebhook)
    fields='data = ""
'
    ;;
esac
if [ "$method" != getWebhookInfo ]; then
    if [ -n "$drop" ] && [ "$method" = setWebhook ]; then
        fields+='form-string = "drop_pending_updates=true"
'
    elif [ -n "$drop" ]; then
        fields='data = "drop_pending_updates=true"
'
    fi
    answer=$(call "$method" "$fields")
    check_answer "$answer"
fi

answer=$(call getWebhookInfo)
check_answer "$answer"
url=$(field "$answer" url)
if [ -z "$url" ]; then
    echo 'No webhook is set: Telegram keeps updates for somebody who asks (MODE=polling).'
else
    echo "Address: ${url%%\?*}"
    if [ "$(field "$answer" has_custom_certificate)" = true ]; then
        echo 'Certificate: our own, uploaded'
    else
        echo 'Certificate: by a known authority'
    fi
    echo "Connections at once: at most $(field "$answer" max_connections)"
    echo "Kinds of updates: $(told_kinds "$answer")"
    failed=$(field "$answer" last_error_date)
    if [ -n "$failed" ]; then
        echo "Last failure: $((($(date +%s) - failed) / 60)) min ago, $(field "$answer" last_error_message)"
    else
        echo 'Last failure: none'
    fi
fi
echo "Waiting updates: $(field "$answer" pending_update_count)"
