using RemoteLlm.Benchmarks.Load;
using RemoteLlm.Benchmarks.Processes;

namespace RemoteLlm.Benchmarks.Modes;

/// <summary>Whom every mode needs: an LLM server, and clients. Each is a process of its own and ends with this one.</summary>
internal sealed class Parties : IDisposable
{
    private readonly ChildProcess _llm = ChildProcess.StartRole(Roles.FakeLlm);
    private readonly List<LoadProcess> _loads = [];

    private Parties()
    {
    }

    /// <summary>The LLM server's address.</summary>
    public Uri Llm { get; private set; } = null!;

    /// <summary>Starts the LLM server.</summary>
    public static async Task<Parties> Start(CancellationToken cancellationToken)
    {
        var parties = new Parties();
        try
        {
            parties.Llm = new Uri(await parties._llm.ReadLine(cancellationToken));
            return parties;
        }
        catch
        {
            parties.Dispose();
            throw;
        }
    }

    /// <summary>A process that makes one measurement at a time.</summary>
    public LoadProcess AddLoad()
    {
        var load = new LoadProcess();
        _loads.Add(load);
        return load;
    }

    public void Dispose()
    {
        foreach (var load in _loads)
            load.Dispose();
        _llm.Dispose();
    }
}
