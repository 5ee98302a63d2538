using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Connector.Servers.Kinds;

/// <summary>What a model's name gives away where nothing else says: embeddings and ranking models are called what they are.</summary>
internal static class ModelNames
{
    private static readonly string[] s_anywhere = ["embed", "minilm"];
    private static readonly string[] s_families = ["bge", "e5", "gte"];

    /// <summary>Ranking or embeddings, if the name says so; otherwise null, which is not the same as chat.</summary>
    public static ModelCapabilities? Guess(string id)
    {
        if (id.Contains("rerank", StringComparison.OrdinalIgnoreCase))
            return ModelCapabilities.Rerank;
        return Array.Exists(s_anywhere, word => id.Contains(word, StringComparison.OrdinalIgnoreCase)) || Array.Exists(s_families, family => HasWord(id, family))
            ? ModelCapabilities.Embeddings
            : null;
    }

    // "multilingual-e5-large" and "BAAI/bge-m3", but not "tiger-gtex".
    private static bool HasWord(string id, string word)
    {
        for (var at = id.IndexOf(word, StringComparison.OrdinalIgnoreCase); at >= 0; at = id.IndexOf(word, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            if ((at == 0 || !char.IsLetterOrDigit(id[at - 1])) && at + word.Length < id.Length && id[at + word.Length] is '-' or '_')
                return true;
        }

        return false;
    }
}
