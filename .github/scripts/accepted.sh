#!/usr/bin/env bash
# Says whether a reviewer accepted the dangers of a commit: prints true or false. The job needs `pull-requests: read`.
# Usage, in a checkout after `npm run setup`: accepted.sh <commit> [number of a pull request]...
set -euo pipefail
commit=$1
shift
reviews=$(mktemp)
for number in "$@"; do
  [ -n "$number" ] || continue
  gh api graphql --field query=@packages/plan-report/src/acceptance/query.graphql --field number="$number" \
    --raw-field owner="${GITHUB_REPOSITORY%/*}" --raw-field name="${GITHUB_REPOSITORY#*/}" > "$reviews"
  status=0
  npm run --silent accepted -- --commit "$commit" "$reviews" >&2 || status=$?
  if [ "$status" = 0 ]; then
    echo true
    exit
  fi
  # 2 means that it is not known.
  test "$status" = 1
done
echo false
