using System.Globalization;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Cli.Output;

/// <summary>What was found at a server, for people.</summary>
internal static class ServerDescription
{
    /// <summary>More models than a screen has lines are counted, not listed.</summary>
    private const int MaxListed = 20;

    private static readonly string[] s_heading = ["MODEL", "CONTEXT", "CAN", "LOADED"];

    /// <summary>Kind, version, slots and the models that may be used.</summary>
    public static void Write(TextWriter output, ServerAddress address, ServerLook look, IReadOnlyList<string>? allowed)
    {
        var all = look.Models ?? [];
        var models = all.Where(model => ModelGlob.AllowedBy(allowed, model.Id)).ToList();
        output.WriteLine($"{Summary(address, look)}, {(models.Count == all.Count ? Count(all.Count) : $"{models.Count} of {Count(all.Count)}")}");
        if (models.Count > 0)
            TextTable.Write(output, s_heading, [.. models.Take(MaxListed).Select(Cells)]);
        if (models.Count > MaxListed)
            output.WriteLine($"and {models.Count - MaxListed} more");
    }

    /// <summary>Such as <c>ollama 0.9.0 at http://127.0.0.1:11434, 4 slots</c>.</summary>
    public static string Summary(ServerAddress address, ServerLook look) =>
        $"{ServerKinds.NameOf(look.Kind)}{(look.Version is { } version ? $" {version}" : "")} at {address}{(look.Slots is { } slots ? $", {slots} slots" : "")}";

    /// <summary>Such as <c>3 models</c>.</summary>
    public static string Count(int models) => models == 1 ? "1 model" : $"{models} models";

    private static string[] Cells(ServerModel model) =>
    [
        model.Id, model.ContextLength?.ToString(CultureInfo.InvariantCulture) ?? "-", Can(model.Capabilities), model.Loaded switch { true => "yes", false => "no", null => "-" },
    ];

    private static string Can(ModelCapabilities? capabilities) =>
        capabilities is { } known ? known.ToString().ToLowerInvariant() : "-";
}
