#!/bin/bash
# Makes artifacts/remotellm, one file for linux-x64 that needs no .NET: deploy/publish.sh [FOLDER]
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:-artifacts}
dotnet publish src/RemoteLlm.Cli -p:RestoreLockedMode=true -p:PublishProfile=linux-x64 -o "$folder" --nologo -v quiet
"$folder/remotellm" --version
