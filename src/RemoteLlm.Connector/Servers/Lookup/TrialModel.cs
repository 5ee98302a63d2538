using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Connector.Servers.Lookup;

/// <summary>The model that a server is tried with, and what for.</summary>
/// <param name="Id">Its name at the server.</param>
/// <param name="IsEmbedding">Whether it makes embeddings and does not chat.</param>
public sealed record TrialModel(string Id, bool IsEmbedding)
{
    // Where a server does not tell, the names do so often enough.
    private static readonly string[] s_embedders = ["embed", "bge", "minilm", "gte-", "e5-"];
    private static readonly string[] s_others = ["rerank", "whisper", "tts", "dall-e"];

    /// <summary>Chooses a model: the wanted one, an alias counts; else one that chats, if possible one that is loaded; else one that embeds. Null when there is none.</summary>
    /// <param name="models">What the server has.</param>
    /// <param name="entry">Its entry.</param>
    /// <param name="wanted">The model that is asked for; null for any.</param>
    public static TrialModel? Choose(IReadOnlyList<ServerModel> models, ServerEntry entry, string? wanted)
    {
        if (wanted is not null)
        {
            var id = entry.Aliases.GetValueOrDefault(wanted, wanted);
            var known = models.FirstOrDefault(model => model.Id == id) ?? models.FirstOrDefault(model => model.Id == ModelName.WithTag(id));

            // One that is not listed is tried all the same: some servers load what they do not list.
            return Embeds(known ?? new ServerModel(id)) ? new TrialModel(known?.Id ?? id, true) : new TrialModel(known?.Id ?? id, false);
        }

        var allowed = models.Where(model => ModelGlob.AllowedBy(entry.Models, model.Id)).OrderByDescending(model => model.Loaded == true).ToList();
        return allowed.Find(Chats) is { } talker ? new TrialModel(talker.Id, false)
            : allowed.Find(Embeds) is { } embedder ? new TrialModel(embedder.Id, true)
            : null;
    }

    private static bool Chats(ServerModel model) => model.Capabilities is { } known ? known.HasFlag(ModelCapabilities.Chat) : !Looks(model, s_embedders) && !Looks(model, s_others);

    private static bool Embeds(ServerModel model) => model.Capabilities is { } known
        ? known.HasFlag(ModelCapabilities.Embeddings) && !known.HasFlag(ModelCapabilities.Chat)
        : Looks(model, s_embedders) && !Looks(model, s_others);

    private static bool Looks(ServerModel model, string[] signs) => Array.Exists(signs, sign => model.Id.Contains(sign, StringComparison.OrdinalIgnoreCase));
}
