using System.Text.Json;

namespace RemoteLlm.Connector.Servers;

/// <summary>A model as it stands in a server's list.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Entry">All that the list says of it: an object, or only the name.</param>
internal readonly record struct ListedModel(string Id, JsonElement Entry)
{
    /// <summary>A member of its entry.</summary>
    public JsonElement? this[string member] => Entry.Member(member);
}
