using System.Text.Json.Serialization;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Protocol.Control;

/// <summary>The models that a connector serves, as it knows them now.</summary>
/// <param name="Models">At most <see cref="MaxModels"/>; more are ignored.</param>
/// <param name="Problem">Why the list is empty, in a sentence without addresses; null when all is well.</param>
public sealed record ModelInventory(IReadOnlyList<ModelDescription> Models, string? Problem = null)
{
    /// <summary>Whether the connector's operator lets operators change what is installed at the server.</summary>
    public bool AllowsManagement { get; init; }

    /// <summary>Version of the Ollama server behind it; null when it is another one, or unknown.</summary>
    public string? OllamaVersion { get; init; }

    /// <summary>Whether the connector's owner does not share now: no new requests, what runs is finished.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Paused { get; init; }

    /// <summary>When sharing opens again by itself; null when it is not paused, and when only its owner knows.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? OpensAt { get; init; }

    /// <summary>More models than this are not taken from one connector.</summary>
    public const int MaxModels = 2000;

    /// <summary>True when the model is on the list, or when the list cannot be known now.</summary>
    public bool MayServe(string model)
    {
        if (Problem is not null)
            return true;
        var tagged = ModelName.WithTag(model);
        foreach (var known in Models)
        {
            if (known.Id == model || known.Id == tagged)
                return true;
        }

        return false;
    }

    /// <summary>Whether it says the same.</summary>
    public bool IsSameAs(ModelInventory other) =>
        Problem == other.Problem && AllowsManagement == other.AllowsManagement && OllamaVersion == other.OllamaVersion && Paused == other.Paused && OpensAt == other.OpensAt && Models.SequenceEqual(other.Models);

    /// <summary>Nothing is served.</summary>
    public static ModelInventory Empty { get; } = new([]);
}

/// <summary>One model.</summary>
/// <param name="Id">Its name in requests, at most 256 characters.</param>
/// <param name="Created">When it was made, Unix seconds; 0 when unknown.</param>
/// <param name="OwnedBy">Who made it, as its server says.</param>
public sealed record ModelDescription(string Id, long Created, string OwnedBy)
{
    /// <summary>Most tokens of one request, prompt and answer together; null when unknown.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ContextLength { get; init; }

    /// <summary>What it can do; null when unknown.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ModelCapabilities? Capabilities { get; init; }

    /// <summary>Whether it is in memory now; null when unknown.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Loaded { get; init; }

    /// <summary>What an Ollama server says of it beside its name; null for other servers.</summary>
    public OllamaModel? Ollama { get; init; }
}

/// <summary>A model as Ollama's <c>/api/tags</c> and <c>/api/ps</c> describe it.</summary>
/// <param name="ModifiedAt">When it was installed, as the server writes it.</param>
/// <param name="Size">Bytes on the disk.</param>
/// <param name="Digest">SHA-256 of its manifest, hexadecimal.</param>
/// <param name="Format">Such as <c>gguf</c>.</param>
/// <param name="Family">Such as <c>llama</c>.</param>
/// <param name="ParameterSize">Such as <c>8.0B</c>.</param>
/// <param name="Quantization">Such as <c>Q4_K_M</c>.</param>
public sealed record OllamaModel(string ModifiedAt, long Size, string Digest, string Format, string Family, string ParameterSize, string Quantization)
{
    /// <summary>Bytes in the GPU's memory; null while it is not loaded.</summary>
    public long? LoadedBytes { get; init; }

    /// <summary>When it will be unloaded unless somebody asks for it, as the server writes it; null while it is not loaded.</summary>
    public string? ExpiresAt { get; init; }
}
