using RemoteLlm.Broker.OpenApi.Schemas;
using RemoteLlm.Protocol.Dialects;
using RemoteLlm.Protocol.Dialects.Endpoints;

namespace RemoteLlm.Broker.OpenApi;

/// <summary>One endpoint as the document and the page describe it.</summary>
/// <param name="Id">Unique, and a name in the clients that are made from the document.</param>
/// <param name="Method">In capitals.</param>
/// <param name="Path">With <c>{id}</c> for a part that varies.</param>
/// <param name="Summary">One sentence.</param>
internal sealed record Operation(string Id, string Method, string Path, string Summary)
{
    /// <summary>The API family; null for what belongs to none.</summary>
    public Dialect? Dialect { get; init; }

    /// <summary>The shape of its errors.</summary>
    public Dialect ErrorShape => Dialect ?? Protocol.Dialects.Dialect.OpenAi;

    /// <summary>Other paths for the same.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>What else there is to know; empty for nothing.</summary>
    public string Note { get; init; } = "";

    /// <summary>What it takes; null for nothing.</summary>
    public ComponentSchema? Request { get; init; }

    /// <summary>How that is written.</summary>
    public RequestFormat Format { get; init; }

    /// <summary>What it answers when all is well; none for an answer without a body.</summary>
    public IReadOnlyList<Answer> Answers { get; init; } = [];

    /// <summary>What it answers otherwise.</summary>
    public IReadOnlyList<KnownError> Errors { get; init; } = [];

    public bool NeedsKey { get; init; } = true;

    /// <summary>Whether an LLM server answers it.</summary>
    public bool IsRelayed { get; init; }

    /// <summary>Whether it is refused unless the LLM server's owner allows it.</summary>
    public bool IsManagement { get; init; }

    /// <summary>A group of errors that is the same for all operations with this word, such as <c>Relayed</c>.</summary>
    public string ErrorGroup { get; init; } = "";
}

/// <summary>One form of an answer.</summary>
/// <param name="ContentType">Its type.</param>
/// <param name="Schema">What is in it, or in each event or line; null where it is no JSON.</param>
/// <param name="Meaning">When it comes.</param>
internal sealed record Answer(string ContentType, ComponentSchema? Schema, string Meaning);
