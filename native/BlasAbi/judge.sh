#!/bin/bash
# native/BlasAbi/judge.sh LIBRARIES DEBIAN: what .ci/blas runs in the Debian root: the testers of the package libblas-test, unpacked in the folder
# DEBIAN, and NumPy, with the library of the folder LIBRARIES preloaded. Says "ok ..." or "FAIL ..." of each check.
set -u
libraries=$1
programs=$2/usr/lib/x86_64-linux-gnu/blas
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

# The bits of many results: for every number of threads and every level.
for level in v3 v4; do
    for threads in 1 2 3 8; do
        ONSAGER_BLAS_LEVEL=$level ONSAGER_NUM_THREADS=$threads "$libraries/calls" bits
    done
done | sort -u >bits
check 'the same bits on 1, 2, 3 and 8 threads, in both levels' [ "$(wc -l <bits)" -eq 1 ]
check "a program's own handlers are told which argument is wrong, by columns and by rows" "$libraries/calls" errors
check '16 threads call at once, and results are right' "$libraries/calls" threads
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
exit "$((failures > 0))"
