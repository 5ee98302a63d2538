using RemoteLlm.Broker.Connectors;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Broker.Portal.Models;

/// <summary>How the models stand, of what connectors tell of themselves.</summary>
internal static class ModelStandings
{
    private static readonly (ModelCapabilities Flag, string Word)[] s_words =
    [
        (ModelCapabilities.Chat, "chat"), (ModelCapabilities.Vision, "images"), (ModelCapabilities.Tools, "tools"), (ModelCapabilities.Embeddings, "embeddings"), (ModelCapabilities.Rerank, "rerank"),
    ];

    /// <summary>The models that a key may use, by name.</summary>
    /// <param name="registry">The sessions.</param>
    /// <param name="globs">Models allowed; null = all.</param>
    /// <param name="hidden">Models that are there beside them.</param>
    public static IReadOnlyList<ModelRow> Of(SessionRegistry registry, IReadOnlyList<string>? globs, out int hidden)
    {
        var routable = registry.Routable().ToHashSet();
        // A session that is on its way out has a successor or none; of its models only those count that nobody else has.
        var models = registry.All
            .Where(static session => !session.Superseded)
            .SelectMany(session => session.Models.Select(model => (Model: model, Session: session)))
            .GroupBy(static one => one.Model.Id, StringComparer.Ordinal)
            .ToList();
        var allowed = models.Where(model => ModelGlob.AllowedBy(globs, model.Key)).ToList();
        hidden = models.Count - allowed.Count;
        return [.. allowed.OrderBy(static model => model.Key, StringComparer.OrdinalIgnoreCase).Select(model => Row(model.Key, [.. model], routable))];
    }

    private static ModelRow Row(string id, IReadOnlyList<(ModelDescription Model, ConnectorSession Session)> places, HashSet<ConnectorSession> routable)
    {
        var open = places.Where(place => routable.Contains(place.Session) && !place.Session.Inventory.Paused).ToList();
        var shown = open.Count > 0 ? open : places;
        var servers = open.SelectMany(place => Servers(place.Session, id)).ToList();
        var (state, remark, opensAt) = State(places, open, servers);
        var described = shown.Select(static place => place.Model).ToList();
        var capabilities = described.Select(static model => model.Capabilities).FirstOrDefault(static known => known is not null);
        return new ModelRow(id, state, [.. shown.Select(static place => place.Session.ConnectorId).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)])
        {
            Remark = remark,
            OpensAt = opensAt,
            // Where it is served with several, the smallest is what every request may rely on.
            ContextLength = described.Min(static model => model.ContextLength),
            Abilities = [.. s_words.Where(word => capabilities?.HasFlag(word.Flag) is true).Select(static word => word.Word)],
            Chats = capabilities?.HasFlag(ModelCapabilities.Chat) ?? true,
            Build = described.Select(static model => Build(model.Ollama)).FirstOrDefault(static build => build is not null),
            Loaded = described.Exists(static model => model.Loaded is true) ? true : described.TrueForAll(static model => model.Loaded is null) ? null : false,
            Load = Load(servers),
        };
    }

    private static (ModelState State, string? Remark, DateTimeOffset? OpensAt) State(
        IReadOnlyList<(ModelDescription Model, ConnectorSession Session)> places, List<(ModelDescription Model, ConnectorSession Session)> open, List<ServerStatus> servers)
    {
        if (open.Count == 0)
        {
            var paused = places.Where(static place => place.Session.Inventory.Paused).ToList();
            return paused.Count == 0
                ? (ModelState.Away, places.Any(static place => place.Session.Draining) ? "Its connector stops, or starts anew." : "The line to its connector is down. It usually comes back by itself.", null)
                : (ModelState.Paused, "Its owner does not share it now.", paused.Min(static place => place.Session.Inventory.OpensAt));
        }

        // A connector that does not tell how its servers stand is taken at its word that it serves the model.
        if (servers.Count > 0 && servers.TrueForAll(static server => !server.Healthy) && open.TrueForAll(static place => place.Session.Status is not null))
            return (ModelState.Down, servers.Select(static server => server.Problem).FirstOrDefault(static problem => problem is not null) ?? "Its server does not answer.", null);
        return (Load(servers) is { IsFull: true } ? ModelState.Busy : ModelState.Ready, null, null);
    }

    private static ModelLoad? Load(List<ServerStatus> servers)
    {
        var healthy = servers.FindAll(static server => server.Healthy);
        if (healthy.Count == 0)
            return null;
        return new ModelLoad(
            healthy.Sum(static server => server.Busy),
            healthy.TrueForAll(static server => server.Slots is > 0) ? healthy.Sum(static server => server.Slots) : null,
            healthy.Max(static server => server.Waiting),
            healthy.Min(static server => server.Latency));
    }

    private static IEnumerable<ServerStatus> Servers(ConnectorSession session, string model) =>
        session.Status?.Servers.Where(server => server.Models?.Contains(model, StringComparer.Ordinal) is true) ?? [];

    private static string? Build(OllamaModel? model) => model is null ? null : $"{model.ParameterSize} {model.Quantization}".Trim() is { Length: > 0 } build ? build : null;
}
