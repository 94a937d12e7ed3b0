#!/bin/sh
# suite.sh SUITE LIBRARY [EXAMPLES]: runs data-apis/array-api-tests, which lies in the folder SUITE with its submodule array-api, over LIBRARY. Needs Python with pytest and
# hypothesis (Debian: python3-pytest, python3-hypothesis; apt-get brings them where they are missing), ndindex and pytest-json-report, which may lie in SUITE as well.
#
# The suite takes it for granted that there are complex numbers: two lines of it that look for their type are changed, and its special cases of complex numbers
# are left out. What else fails, and why, stands in suite_failures.txt.
set -eu
suite=$1 library=$2 examples=${3:-100}
here=$(dirname "$(readlink -f "$0")")

python3 -c 'import pytest, hypothesis' 2>/dev/null || { apt-get update && apt-get install -y --no-install-recommends python3-pytest python3-hypothesis; } >&2
sed -i 's/^    \[(dt, dtype_nbits\[dt\]) for dt in complex_dtypes\], key=lambda x: x\[1\]$/&, default=(None,)/' "$suite/array_api_tests/dtype_helpers.py"
sed -i 's/dh\.dtype_to_name\[dh\.widest_complex_dtype\]/dh.dtype_to_name.get(dh.widest_complex_dtype, "complex128")/' "$suite/array_api_tests/test_signatures.py"

cd "$suite"
ONSAGER_LIBRARY=$library ARRAY_API_TESTS_MODULE=onsager ARRAY_API_TESTS_SKIP_DTYPES=complex64,complex128 PYTHONPATH=$(dirname "$here"):$suite exec python3 -B -m pytest \
    -p no:cacheprovider -p pytest_jsonreport.plugin -q --no-header --disable-warnings --tb=short --disable-deadline --max-examples "$examples" \
    --xfails-file "$here/suite_failures.txt" -k 'not (test_unary and (real or imag))' array_api_tests
