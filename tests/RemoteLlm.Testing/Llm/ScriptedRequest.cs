using System.Text;

namespace RemoteLlm.Testing.Llm;

/// <summary>One request as it came over the wire.</summary>
/// <param name="Method">Such as <c>POST</c>.</param>
/// <param name="Path">The request target, query included, exactly as sent.</param>
/// <param name="Headers">By name, case ignored; several of one name are joined by a comma.</param>
/// <param name="Body">The body, chunks put together; empty when there is none.</param>
public sealed record ScriptedRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body)
{
    /// <summary>The body as text.</summary>
    public string BodyText => Encoding.UTF8.GetString(Body.Span);

    /// <summary>Whether the client asked for the connection to be closed after the answer.</summary>
    public bool WantsClose => this["connection"].Contains("close", StringComparison.OrdinalIgnoreCase);

    /// <summary>A header's value; empty when it was not sent.</summary>
    public string this[string header] => Headers.GetValueOrDefault(header, "");
}
