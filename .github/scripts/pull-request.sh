#!/usr/bin/env bash
# Prints the number of the open pull request to main with this head commit; nothing if there is none, or a second one of a branch of
# this repository, to any branch: what is reported of the commit could be of that one. The job needs `pull-requests: read`.
# Usage: pull-request.sh <commit>
set -euo pipefail
gh api "repos/$GITHUB_REPOSITORY/commits/$1/pulls?per_page=100" --jq "
  map(select(.state == \"open\" and .head.sha == \"$1\" and .head.repo.full_name == \"$GITHUB_REPOSITORY\"))
  | select(length == 1) | .[] | select(.base.ref == \"main\") | .number"
