#!/usr/bin/env bash
# Prints the id of the latest run of plan.yml that planned a commit and succeeded; nothing if there is none. The job needs `actions: read`.
# Usage: reviewed-plan.sh <commit>
set -euo pipefail
# Any workflow of a branch may upload a report under this name. A report counts only if it is from plan.yml as it stands on main:
# from there GitHub starts `workflow_run`, an event that no workflow can claim for itself.
runs=$(gh api --paginate "repos/$GITHUB_REPOSITORY/actions/artifacts?name=report-prod-$1&per_page=100" \
  --jq '.artifacts[] | select(.workflow_run.head_branch == "main" and (.expired | not)) | .workflow_run.id')
mapfile -t latest_first < <(sort --numeric-sort --reverse --unique <<< "$runs")
for run in "${latest_first[@]}"; do
  [ -n "$run" ] || continue
  from=$(gh api "repos/$GITHUB_REPOSITORY/actions/runs/$run" \
    --jq '[(.path | split("@")[0]), .event, .head_branch, .head_repository.full_name, .conclusion] | join(" ")')
  if [ "$from" = ".github/workflows/plan.yml workflow_run main $GITHUB_REPOSITORY success" ]; then
    echo "$run"
    exit
  fi
done
