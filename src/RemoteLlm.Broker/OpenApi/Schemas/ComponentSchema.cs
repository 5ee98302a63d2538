using System.Text.Json.Nodes;

namespace RemoteLlm.Broker.OpenApi.Schemas;

/// <summary>One object that clients send or get. What is listed is what matters here; unknown members pass, so that no new feature of a dialect waits for us.</summary>
/// <param name="Name">Its name among the document's components.</param>
/// <param name="Meaning">One sentence.</param>
/// <param name="Members">The members that are worth a word.</param>
internal sealed record ComponentSchema(string Name, string Meaning, params Member[] Members)
{
    /// <summary>A request as JSON that works once its model is one that is served; of a form, its fields. No apostrophe, so that a shell takes it in quotes.</summary>
    public string Example { get; init; } = "";

    public JsonObject ToJson()
    {
        var properties = new JsonObject();
        foreach (var member in Members)
        {
            var schema = member.Type.Json();
            if (member.Meaning.Length > 0)
                schema["description"] = member.Meaning;
            properties[member.Name] = schema;
        }

        var json = new JsonObject { ["type"] = "object", ["description"] = Meaning, ["properties"] = properties };
        if (Members.Any(member => member.IsRequired))
            json["required"] = new JsonArray([.. Members.Where(member => member.IsRequired).Select(member => (JsonNode)member.Name)]);
        json["additionalProperties"] = true;
        return json;
    }
}
