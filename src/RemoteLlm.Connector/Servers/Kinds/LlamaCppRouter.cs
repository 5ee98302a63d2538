using System.Globalization;
using System.Text.Json;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Connector.Servers.Kinds;

/// <summary>The models of a <c>llama-server</c> without one of its own, which starts an instance for each that is asked for. Each has a <c>status</c> with its command line.</summary>
internal static class LlamaCppRouter
{
    private static readonly string[] s_context = ["-c", "--ctx-size", "-ctx"];
    private static readonly string[] s_embeddings = ["--embedding", "--embeddings"];
    private static readonly string[] s_ranking = ["--rerank", "--reranking"];

    /// <summary>Whether a router lists the model.</summary>
    public static bool Lists(ListedModel model) => model["status"] is { ValueKind: JsonValueKind.Object };

    /// <summary>Whether its instance can be asked.</summary>
    public static bool IsLoaded(ListedModel model) => model["status"].Member("value").Text() is "loaded";

    /// <summary>Describes a model.</summary>
    /// <param name="basics">What any list says.</param>
    /// <param name="model">Its entry.</param>
    /// <param name="facts">What its instance says; null when there is none.</param>
    public static ServerModel Describe(ServerModel basics, ListedModel model, LlamaCppProps? facts)
    {
        List<string> arguments = [.. model["status"].Member("args").Elements().Select(argument => ((JsonElement?)argument).Text() ?? "")];
        var inputs = model["architecture"].Member("input_modalities");
        return basics with
        {
            Capabilities = Limited(arguments) ?? basics.Capabilities ?? facts?.CapabilitiesWith(inputs) ?? (inputs.Holds("image") ? ModelCapabilities.Chat | ModelCapabilities.Vision : null),
            ContextLength = facts?.ContextLength ?? model["meta"].Member("n_ctx").Count() ?? Number(arguments) ?? model["meta"].Member("n_ctx_train").Count(),
            Loaded = model["status"].Member("value").Text() is { } value ? value == "loaded" : null,
        };
    }

    private static ModelCapabilities? Limited(List<string> arguments)
    {
        if (arguments.Exists(argument => Array.IndexOf(s_ranking, argument) >= 0) || After(arguments, ["--pooling"]) == "rank")
            return ModelCapabilities.Rerank;
        return arguments.Exists(argument => Array.IndexOf(s_embeddings, argument) >= 0) ? ModelCapabilities.Embeddings : null;
    }

    private static int? Number(List<string> arguments) =>
        int.TryParse(After(arguments, s_context), NumberStyles.None, CultureInfo.InvariantCulture, out var tokens) && tokens > 0 ? tokens : null;

    // The last one counts, as on every command line.
    private static string? After(List<string> arguments, string[] names)
    {
        var at = arguments.FindLastIndex(argument => Array.IndexOf(names, argument) >= 0);
        return at >= 0 && at + 1 < arguments.Count ? arguments[at + 1] : null;
    }
}
