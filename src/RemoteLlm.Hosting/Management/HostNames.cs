using System.Net;
using Microsoft.AspNetCore.Http;

namespace RemoteLlm.Hosting.Management;

/// <summary>Which <c>Host</c> headers are answered. A port that others can reach anyway gains nothing by refusing names.</summary>
/// <param name="onLoopback">Whether the port listens on loopback alone.</param>
/// <param name="given">Names besides <c>localhost</c>.</param>
internal sealed class HostNames(bool onLoopback, IReadOnlyList<string> given)
{
    public bool Answer(HostString host) =>
        !onLoopback
        // Only HTTP/1.0 goes without, which no browser speaks.
        || !host.HasValue
        || host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || IPAddress.TryParse(host.Host, out _)
        || given.Contains(host.Host, StringComparer.OrdinalIgnoreCase);
}
