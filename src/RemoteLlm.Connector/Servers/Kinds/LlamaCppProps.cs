using System.Text.Json;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Connector.Servers.Kinds;

/// <summary>What <c>llama-server</c> says of the model that it has loaded. What it does not say is null.</summary>
/// <param name="ContextLength">Tokens of one slot: of one request, that is.</param>
/// <param name="Slots">Requests at once.</param>
/// <param name="Version">Its build.</param>
/// <param name="Can">What its modalities and its chat template tell; null when there are none.</param>
/// <param name="Sleeps">Whether it has put its model out of memory because nobody asked for a while.</param>
internal sealed record LlamaCppProps(int? ContextLength, int? Slots, string? Version, ModelCapabilities? Can, bool Sleeps)
{
    /// <summary>Reads the answer of <c>/props</c>.</summary>
    public static LlamaCppProps Read(JsonElement? props) => new(
        props.Member("default_generation_settings", "n_ctx").Count(),
        props.Member("total_slots").Count(),
        props.Member("build_info").Text(),
        Capabilities(props),
        props.Member("is_sleeping").Flag() is true);

    /// <summary>Reads the answer of <c>/slots</c>, which knows the same two numbers.</summary>
    public static LlamaCppProps ReadSlots(JsonElement? slots)
    {
        var list = slots.Elements().ToList();
        return new LlamaCppProps(list.Count == 0 ? null : list[0].Member("n_ctx").Count(), list.Count == 0 ? null : list.Count, null, null, Sleeps: false);
    }

    /// <summary>This, and where it does not know, the other.</summary>
    public LlamaCppProps Or(LlamaCppProps other) => this with { ContextLength = ContextLength ?? other.ContextLength, Slots = Slots ?? other.Slots };

    /// <summary>What it can do, also by what the list of models says that it reads.</summary>
    public ModelCapabilities? CapabilitiesWith(JsonElement? inputs) =>
        inputs.Holds("image") ? (Can ?? ModelCapabilities.Chat) | ModelCapabilities.Vision : Can;

    private static ModelCapabilities? Capabilities(JsonElement? props)
    {
        if (props.Member("chat_template").LongText() is not { } template)
            return null;
        var can = ModelCapabilities.Chat;
        if (props.Member("modalities", "vision").Flag() is true)
            can |= ModelCapabilities.Vision;

        // Newer builds have looked into the template themselves; in older ones a template that calls tools names them.
        var tools = props.Member("chat_template_caps", "supports_tools").Flag() ?? (template.Contains("tools", StringComparison.Ordinal) || props.Member("chat_template_tool_use") is not null);
        return tools ? can | ModelCapabilities.Tools : can;
    }
}
