using RemoteLlm.Connector.Scheduling;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Connector.Routing;

/// <summary>What a model's name means: which servers have it, by which name there, and what may take its place.</summary>
internal static class RouteFinder
{
    /// <summary>The ways to serve a model, and behind them those of its fallbacks, in their order. A tier may be empty; the first is the name's own.</summary>
    public static IReadOnlyList<RouteTier> Find(RegistrySnapshot registry, string model)
    {
        var own = new RouteTier(model, Routes(registry, model));
        var fallbacks = Fallbacks(registry, model);
        if (fallbacks.Count == 0)
            return [own];
        var tiers = new List<RouteTier>(fallbacks.Count + 1) { own };
        foreach (var name in fallbacks)
            tiers.Add(new RouteTier(name, Fallback(registry, name)));
        return tiers;
    }

    /// <summary>Whether any server, or a fallback, may serve the name.</summary>
    public static bool Knows(RegistrySnapshot registry, string model) => Routes(registry, model).Count > 0 || Fallbacks(registry, model).Count > 0;

    /// <summary>Every name by which a model can be asked for at a server, and the model that it means.</summary>
    public static IEnumerable<(string Name, string Model)> Names(LlmServer server)
    {
        var (entry, state) = (server.Entry, server.State);
        foreach (var model in state.Models)
        {
            if (ModelGlob.AllowedBy(entry.Models, model.Id))
                yield return (model.Id, model.Id);
        }

        // Until it was seen once, what its entry says is all that is known.
        foreach (var model in state.Seen ? [] : entry.Models ?? [])
        {
            if (!model.Contains('*', StringComparison.Ordinal) && !model.Contains('?', StringComparison.Ordinal))
                yield return (model, model);
        }

        foreach (var (alias, model) in entry.Aliases)
        {
            if (!state.Seen)
                yield return (alias, model);
            else if (state.FindTagged(model) is { } known)
                yield return (alias, known.Id);
        }
    }

    private static IReadOnlyList<string> Fallbacks(RegistrySnapshot registry, string model) =>
        registry.Fallbacks.TryGetValue(model, out var names) || (ModelName.WithTag(model) is { } tagged && registry.Fallbacks.TryGetValue(tagged, out names)) ? names : [];

    private static List<ServerRoute> Routes(RegistrySnapshot registry, string model)
    {
        var routes = new List<ServerRoute>(registry.Servers.Count);
        foreach (var server in registry.Servers)
        {
            if (NameAt(server, model) is { } name)
                routes.Add(new ServerRoute(server, name));
        }

        if (routes.Count > 0 || registry.Servers.Any(static server => server.State.Seen))
            return routes;
        // Servers that were never reached cannot list their models: they may have this one, and their failure is a truer answer than "no such model".
        foreach (var server in registry.Servers)
        {
            if (server.Entry.Models is null)
                routes.Add(new ServerRoute(server, model));
        }

        return routes;
    }

    // SERVER/MODEL is a model at one server, unless it is itself a model's name.
    private static List<ServerRoute> Fallback(RegistrySnapshot registry, string name)
    {
        foreach (var server in registry.Servers)
        {
            if (NameAt(server, name) is not null)
                return Routes(registry, name);
        }

        foreach (var server in registry.Servers)
        {
            if (name.Length > server.Name.Length + 1 && name[server.Name.Length] == '/' && name.StartsWith(server.Name, StringComparison.Ordinal))
            {
                var model = name[(server.Name.Length + 1)..];
                return NameAt(server, model) is { } there ? [new ServerRoute(server, there)] : server.State.Seen ? [] : [new ServerRoute(server, model)];
            }
        }

        return Routes(registry, name);
    }

    private static string? NameAt(LlmServer server, string name)
    {
        var tagged = ModelName.WithTag(name);
        foreach (var (known, model) in Names(server))
        {
            if (known == name)
                return model;
            // The server adds the tag by itself: the body stays as it is.
            if (known == tagged)
                return model == known ? name : model;
        }

        return null;
    }
}
