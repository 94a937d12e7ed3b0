#!/usr/bin/env bash
# native/TensorAbi/build.sh FOLDER [v3|v4]: makes libonsager.so in FOLDER, with onsager.h beside it, for processors of that level: x86-64-v3 (AVX2 and
# FMA), or v4 (AVX-512). Needs the .NET SDK and what NativeAOT links with (Debian: gcc or clang, zlib1g-dev).
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
mkdir -p "${1:?a folder}"
out=$(readlink -f "$1")
level=${2:-v3}

dotnet publish "$here/TensorAbi.csproj" -c Release -p:Level="$level" -o "$out/$level" --nologo -v quiet
mv "$out/$level/Onsager.Abi.so" "$out/libonsager.so"
rm -r "${out:?}/$level"
cp "$here/onsager.h" "$out/"
