#!/usr/bin/env bash
# Sets the status `plan` of a commit, with a link to this run. The job needs `statuses: write`.
# Usage: status.sh <commit> <state> <description>
set -euo pipefail
gh api "repos/$GITHUB_REPOSITORY/statuses/$1" --raw-field context=plan --raw-field state="$2" --raw-field description="$3" --silent \
  --raw-field target_url="$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID"
