using System.Collections.Concurrent;
using RemoteLlm.Broker.Connectors;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Broker.Routing;

/// <summary>Which sessions can serve a model now, and which models there are.</summary>
internal sealed class ModelRouter(SessionRegistry registry)
{
    // Ids that were served since the start: tells "not there now" from "never heard of". Bounded; beyond it both are "not found".
    private const int MaxRemembered = 10_000;
    private readonly ConcurrentDictionary<string, byte> _remembered = new(StringComparer.Ordinal);

    /// <summary>Candidates for a model, best first: fewest requests under way, then the newest session.</summary>
    public List<ConnectorSession> Candidates(string model)
    {
        var serving = new List<ConnectorSession>();
        List<ConnectorSession>? blind = null;
        foreach (var session in registry.Routable())
        {
            if (session.Serves(model))
                serving.Add(session);
            else if (session.Inventory is { Problem: not null, Models.Count: 0 })
                (blind ??= []).Add(session);
        }

        if (serving.Count > 0)
            Remember(model);
        else if (blind is not null)
            // A connector whose LLM server has not answered yet cannot list its models; it can say what is wrong with it.
            serving = blind;
        if (serving.Count > 1)
            serving.Sort(static (a, b) => a.OpenStreams != b.OpenStreams ? a.OpenStreams.CompareTo(b.OpenStreams) : b.Number.CompareTo(a.Number));
        return serving;
    }

    /// <summary>True when nobody serves the model now but somebody did or may: the caller should come back rather than give up.</summary>
    public bool MayReturn(string model) => _remembered.ContainsKey(model) || !registry.Routable().Any();

    /// <summary>The models that are served now and that a key may use; one entry an id.</summary>
    public IEnumerable<ModelDescription> Visible(IReadOnlyList<string>? globs) => registry.Routable()
        .SelectMany(session => session.Models)
        .Where(model => ModelGlob.AllowedBy(globs, model.Id))
        .DistinctBy(model => model.Id)
        .OrderBy(model => model.Id, StringComparer.Ordinal);

    private void Remember(string model)
    {
        if (_remembered.Count < MaxRemembered)
            _remembered.TryAdd(model, 0);
    }
}
