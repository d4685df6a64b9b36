#!/bin/sh
# Send a table by its mapping: ask what would become of it, and only if all of it would be accepted, send it.
# Run it in the checkout, with the environment on and PLUMBLINE_TOKEN of `sample-ecourt` (docs/how-to/send-files.md):
#     sh examples/send_files.sh [TABLE MAPPING]
set -eu
table=${1:-samples/files/cases.csv}
mapping=${2:-samples/files/cases.mapping.yaml}
plumbline conform "$table" --mapping "$mapping" --lang en
plumbline ingest "$table" --mapping "$mapping" --report "${REPORT:-refused.jsonl}"
