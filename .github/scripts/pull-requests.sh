#!/usr/bin/env bash
# Prints the numbers of the open pull requests to main with this head commit, one a line. The job needs `pull-requests: read`.
# Usage: pull-requests.sh <commit>
set -euo pipefail
gh api --paginate "repos/$GITHUB_REPOSITORY/commits/$1/pulls" \
  --jq ".[] | select(.state == \"open\" and .base.ref == \"main\" and .head.sha == \"$1\") | .number"
