#!/bin/sh
# suite.sh SUITE LIBRARY [EXAMPLES]: runs data-apis/array-api-tests, which lies in the folder SUITE with its submodule array-api, over LIBRARY. Needs Python with pytest and
# hypothesis (Debian: python3-pytest, python3-hypothesis; apt-get brings them where they are missing), ndindex and pytest-json-report, which may lie in SUITE as well.
#
# What fails, and why, stands in suite_failures.txt.
set -eu
suite=$1 library=$2 examples=${3:-100}
here=$(dirname "$(readlink -f "$0")")

python3 -c 'import pytest, hypothesis' 2>/dev/null || { apt-get update && apt-get install -y --no-install-recommends python3-pytest python3-hypothesis; } >&2

cd "$suite"
ONSAGER_LIBRARY=$library ARRAY_API_TESTS_MODULE=onsager PYTHONPATH=$(dirname "$here"):$suite exec python3 -B -m pytest \
    -p no:cacheprovider -p pytest_jsonreport.plugin -q --no-header --disable-warnings --tb=short --disable-deadline --max-examples "$examples" \
    --xfails-file "$here/suite_failures.txt" array_api_tests
