#!/bin/bash
# native/BlasAbi/judge.sh LIBRARIES DEBIAN [--full]: what .ci/blas runs in the Debian root: the testers of the packages libblas-test and liblapack-test,
# unpacked in the folder DEBIAN, and NumPy and SciPy, with the library of the folder LIBRARIES preloaded. Says "ok ..." or "FAIL ..." of each check.
# --full runs all of SciPy's linear algebra tests, and LAPACK's testers on every input that they have in both levels.
set -u
libraries=$1
full=${3:-}
programs=$2/usr/lib/x86_64-linux-gnu/blas
lapack=$2/usr/lib/x86_64-linux-gnu/lapack
loader=$libraries/libonsager_blas.so
here=$(dirname "$(readlink -f "$0")")
export LD_LIBRARY_PATH=/usr/lib/x86_64-linux-gnu/blas
work=$libraries/work
mkdir -p "$work"
cd "$work" || exit 1
failures=0

check() {
    what=$1
    shift
    if "$@"; then printf 'ok %s\n' "$what"; else printf 'FAIL %s\n' "$what"; failures=$((failures + 1)); fi
}

# says PROGRAM INPUT: what a tester says, on its output and in the file that its input names.
says() {
    rm -f ./*.out
    "$programs/$1" <"${2:+$programs/}${2:-/dev/null}" 2>&1
    cat ./*.out 2>/dev/null
}

# passes PROGRAM INPUT: a tester ends with code 0 whatever it finds; it must say of ours, line for line, what it says of the reference, and no other verdict than a pass.
passes() {
    says "$1" "$2" >reference.said
    LD_PRELOAD=$loader says "$1" "$2" >ours.said
    grep -iE 'fail|suspect|error-exits? \*|onsager' ours.said >&2 && return 1
    grep -q PASS ours.said && diff reference.said ours.said >&2
}

# Every routine of ours that the program asks for must come from us.
binds() {
    rm -f bindings.*
    LD_DEBUG=bindings LD_DEBUG_OUTPUT=bindings LD_BIND_NOW=1 LD_PRELOAD=$loader "$programs/$1" </dev/null >/dev/null 2>&1
    nm -D --undefined-only --without-symbol-versions "$programs/$1" | awk '{ print $2 }' | grep -E '^(cblas_)?[sdi][a-z0-9]+_?$' | grep -xF -f "$here/symbols.txt" | sort >wanted
    nm -D --undefined-only --without-symbol-versions "$programs/$1" | awk '{ print $2 }' | grep -E '^((cblas_)(s|d|is|id)[a-z0-9]+|(s|d|is|id)[a-z0-9]+_)$' | grep -vE '^(cblas_)?(sc|dz)(asum|nrm2)' | sort >asked
    cat bindings.* | sed -n "s|.*binding file $programs/$1 .* to $loader .*symbol .\([a-z0-9_]*\)'.*|\1|p" | sort -u >ours
    rm -f bindings.*
    [ -s asked ] && cmp -s asked wanted && cmp -s asked ours
}

for level in v3 v4; do
    if [ $level = v4 ] && ! grep -q avx512vl /proc/cpuinfo; then
        echo "this processor has no x86-64-v4: only v3 is judged"
        continue
    fi
    export ONSAGER_BLAS_LEVEL=$level
    for type in s d; do
        check "$level: xblat1$type passes" passes xblat1$type ''
        check "$level: xblat2$type passes" passes xblat2$type ${type}blat2.in
        check "$level: xblat3$type passes" passes xblat3$type ${type}blat3.in
        check "$level: x${type}cblat1 passes" passes x${type}cblat1 ''
        check "$level: x${type}cblat2 passes" passes x${type}cblat2 ${type}in2
        check "$level: x${type}cblat3 passes" passes x${type}cblat3 ${type}in3
    done
done
unset ONSAGER_BLAS_LEVEL
for program in xblat1s xblat1d xblat2s xblat2d xblat3s xblat3d xscblat1 xdcblat1 xscblat2 xdcblat2 xscblat3 xdcblat3; do
    check "$program calls our routines and no others" binds $program
done

# LAPACK over Debian's reference: its testers call our routines, and its own routines that they call do. On the reference alone they find nothing, and so no
# verdict but a pass is right.
export LD_LIBRARY_PATH=$2/usr/lib/x86_64-linux-gnu:$lapack:/usr/lib/x86_64-linux-gnu/blas

# judged PROGRAM INPUT PASSES: a tester says of everything that it passed, so many times.
judged() {
    LD_PRELOAD=$loader "$lapack/$1" <"$lapack/$2" >lapack.said 2>&1 || return 1
    grep -iE 'fail|illegal|not detect|onsager|\*\*\*' lapack.said >&2 && return 1
    grep -q 'End of tests' lapack.said && [ "$(grep -c passed lapack.said)" -eq "$3" ]
}

# solves NAME: every routine of ours that the testers or the LAPACK behind them ask for comes from us.
solves() {
    rm -f bindings.*
    LD_DEBUG=bindings LD_DEBUG_OUTPUT=bindings LD_BIND_NOW=1 LD_PRELOAD=$loader "$lapack/$1" </dev/null >/dev/null 2>&1
    grep -hE "symbol .[sd](potrf|potrs|getrf|getrs|gesv|geqrf|orgqr|ormqr|gels|syevd?|gesvd|gesdd)_'" bindings.* >asked
    rm -f bindings.*
    grep -c "binding file $lapack/$1 " asked >wanted
    [ "$(cat wanted)" -ge "$2" ] && ! grep -v " to $loader " asked >&2
}

inputs='svd sep se2'
[ -z "$full" ] || inputs='svd sep se2 nep glm gqr gsv lse csd %gg %sg %sb %bb %ec %ed'
passes_of() {
    case $1 in
        svd) echo 16 ;; sep | se2) echo 11 ;; nep) echo 6 ;; ?gg) echo 5 ;; ?sg) echo 3 ;; ?ed) echo 8 ;; *) echo 2 ;;
    esac
}
for level in v3 v4; do
    if [ $level = v4 ] && ! grep -q avx512vl /proc/cpuinfo; then
        continue
    fi
    export ONSAGER_BLAS_LEVEL=$level
    for type in s d; do
        check "$level: xlintst$type passes" judged xlintst$type ${type}test.in 87
        for input in $inputs; do
            input=${input/\%/$type}
            check "$level: xeigtst$type passes $input" judged xeigtst$type "$input.in" "$(passes_of "$input")"
        done
    done
    # In float32 one of 7,776 solutions of an ill-conditioned system has an absolute bound that OpenBLAS misses too: it is not asked.
    check "$level: xlintstrfd passes" judged xlintstrfd dtest_rfp.in 6
    check "$level: xlintstds passes" judged xlintstds dstest.in 4
done
unset ONSAGER_BLAS_LEVEL
for type in s d; do
    check "xlintst$type and the LAPACK behind it call our LAPACK" solves xlintst$type 10
    check "xeigtst$type and the LAPACK behind it call our LAPACK" solves xeigtst$type 3
done
export LD_LIBRARY_PATH=/usr/lib/x86_64-linux-gnu/blas

# The bits of many results: for every number of threads and every level.
for level in v3 v4; do
    for threads in 1 2 3 8; do
        ONSAGER_BLAS_LEVEL=$level ONSAGER_NUM_THREADS=$threads "$libraries/calls" bits
    done
done | sort -u >bits
check 'the same bits on 1, 2, 3 and 8 threads, in both levels' [ "$(wc -l <bits)" -eq 1 ]
check "a program's own handlers are told which argument is wrong, by columns and by rows" "$libraries/calls" errors
check '16 threads call at once, and results are right' "$libraries/calls" threads
for type in s d; do
    for level in v3 v4; do
        for threads in 1 2 8; do
            ONSAGER_BLAS_LEVEL=$level ONSAGER_NUM_THREADS=$threads "$libraries/lapack_calls_$type" bits
        done
    done | sort -u >bits
    check "LAPACK, $type: the same bits on 1, 2 and 8 threads, in both levels" [ "$(wc -l <bits)" -eq 1 ]
    check "LAPACK, $type: larger matrices are right, and nothing beside them is touched" "$libraries/lapack_calls_$type" right
    check "LAPACK, $type: calls take no memory" env ONSAGER_NUM_THREADS=1 "$libraries/lapack_calls_$type" steady
done
check 'a million calls on one thread take no memory' env ONSAGER_NUM_THREADS=1 "$libraries/calls" steady
check 'a million calls on two threads take no memory' env ONSAGER_NUM_THREADS=2 "$libraries/calls" steady
check 'threads that end leave no memory' env ONSAGER_NUM_THREADS=1 "$libraries/calls" churn
check 'a forked process computes' env ONSAGER_NUM_THREADS=4 "$libraries/calls" fork

# On an older processor, the next BLAS: the reference.
ONSAGER_BLAS_LEVEL=none LD_PRELOAD=$loader "$programs/xblat1d" >next.said 2>next.errors
check 'without a library for the processor, calls go to the next BLAS' [ "$(grep -c PASS next.said)" -gt 10 ]
check 'which is said once' [ "$(cat next.errors)" = 'onsager blas: no library for this processor; calls go to the next BLAS' ]

export LD_LIBRARY_PATH=$2/usr/lib/x86_64-linux-gnu/lapack:/usr/lib/x86_64-linux-gnu/blas
python3 "$here/numpy_check.py" "$loader" || failures=$((failures + 1))

# The tests that come with NumPy and SciPy.
export PYTHONPATH=$2/usr/lib/python3/dist-packages PYTHONDONTWRITEBYTECODE=1

# tests FOLDER TESTS...: all of them pass, and there are many.
tests() {
    cd "$1" || return 1
    LD_PRELOAD=$loader python3 -m pytest -q -p no:cacheprovider --no-header --tb=short -W ignore "${@:2}" >"$work/python.said" 2>&1
    local code=$?
    cd "$work" || return 1
    [ $code -eq 0 ] && ! grep -q onsager python.said && [ "$(sed -n 's/^\([0-9]*\) passed.*/\1/p' python.said)" -gt 50 ] || { tail -n 60 python.said >&2; return 1; }
}

# SciPy's wrappers ask for every routine.
wraps() {
    rm -f bindings.*
    LD_DEBUG=bindings LD_DEBUG_OUTPUT=bindings LD_BIND_NOW=1 LD_PRELOAD=$loader python3 -c 'import scipy.linalg.lapack' || return 1
    grep -hE "_flapack.*symbol .[sd](potrf|potrs|getrf|getrs|gesv|geqrf|orgqr|ormqr|gels|syevd?|gesvd|gesdd)_'" bindings.* >asked
    rm -f bindings.*
    [ "$(wc -l <asked)" -eq 26 ] && ! grep -v " to $loader " asked >&2
}

scipy=(scipy/linalg/tests/test_basic.py scipy/linalg/tests/test_decomp_cholesky.py scipy/linalg/tests/test_decomp_lu.py)
[ -z "$full" ] || scipy=(scipy/linalg/tests)
check "NumPy's tests of linear algebra pass" tests / usr/lib/python3/dist-packages/numpy/linalg/tests
check "SciPy's wrappers call our LAPACK" wraps
check "SciPy's tests of linear algebra pass: ${scipy[*]##*/}" tests "$PYTHONPATH" "${scipy[@]}"
exit "$((failures > 0))"
