#!/usr/bin/env bash
# native/BlasAbi/build.sh FOLDER: makes libonsager_blas.so and the libraries that it chooses from, in FOLDER. Needs the .NET SDK, gcc and what
# NativeAOT links with (Debian: zlib1g-dev).
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
mkdir -p "${1:?a folder}"
out=$(readlink -f "$1")

for level in v3 v4; do
    dotnet publish "$here/BlasAbi.csproj" -c Release -p:Level="$level" -o "$out/$level" --nologo -v quiet
    mv "$out/$level/Onsager.Blas.so" "$out/libonsager_blas.$level.so"
    rm -r "${out:?}/$level"
done

awk '{ printf "SYMBOL(%d, %s)\n", NR - 1, $1 }' "$here/symbols.txt" >"$out/symbols.h"
gcc -O2 -Wall -Wextra -Werror -std=c11 -shared -fPIC -fvisibility=hidden -Wl,-soname,libonsager_blas.so -Wl,-z,relro,-z,now -I "$out" "$here/loader.c" -o "$out/libonsager_blas.so"
rm "$out/symbols.h"
