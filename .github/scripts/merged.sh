#!/usr/bin/env bash
# Prints, on one line, the head commit and the numbers of the pull requests whose merge to main made a commit; nothing if there is none.
# Several were merged at once if they had the same head. The job needs `pull-requests: read`.
# Usage: merged.sh <commit>
set -euo pipefail
gh api "repos/$GITHUB_REPOSITORY/commits/$1/pulls" --jq '
  map(select(.merged_at and .base.ref == "main")) | (.[0].head.sha // empty) as $head
  | [$head, (.[] | select(.head.sha == $head) | .number | tostring)] | join(" ")'
