namespace RemoteLlm.Broker.OpenApi.Schemas;

/// <summary>One member of an object.</summary>
/// <param name="Name">Its name in JSON or in a form.</param>
/// <param name="Type">What it holds.</param>
/// <param name="Meaning">What it does; empty where its name says it.</param>
/// <param name="IsRequired">Whether it must be there.</param>
internal sealed record Member(string Name, SchemaType Type, string Meaning = "", bool IsRequired = false)
{
    /// <summary>The member by which a request finds its LLM server.</summary>
    public static readonly Member Model = Needed("model", SchemaType.Text, "One of the ids that GET /v1/models lists.");

    /// <summary>A member that must be there.</summary>
    public static Member Needed(string name, SchemaType type, string meaning = "") => new(name, type, meaning, IsRequired: true);
}
