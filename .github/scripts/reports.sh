#!/usr/bin/env bash
# Downloads the reports of a run of plan.yml into reports/<stage>. Of a stage that was not planned there is none. The job needs `actions: read`.
# Usage: reports.sh <run> <commit>
set -euo pipefail
for stage in $STAGES; do
  # Each by its name: of artifacts that a pattern selects, a single one has another place than several.
  gh run download "$1" --repo "$GITHUB_REPOSITORY" --name "report-$stage-$2" --dir "reports/$stage" || echo "There is no report of $stage."
done
