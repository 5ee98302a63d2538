using RemoteLlm.Broker.Access;
using RemoteLlm.Hosting.Management;

namespace RemoteLlm.Broker.Observability;

/// <summary>Whether the access files are in force. With an error the last good state serves on: ready, with a remark that says where.</summary>
internal sealed class AccessReadiness(AccessFiles files) : IReadinessCheck
{
    public string Name => "access_files";

    public ValueTask<Readiness> CheckAsync(CancellationToken cancellationToken) => ValueTask.FromResult(
        Readiness.Ready(files.Errors.Count == 0 ? null : $"the last good state is in force: {string.Join("; ", files.Errors)}"));
}
