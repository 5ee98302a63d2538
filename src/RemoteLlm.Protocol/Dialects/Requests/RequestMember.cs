namespace RemoteLlm.Protocol.Dialects.Requests;

/// <summary>A top-level member of a request.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Json">Its value, as JSON text.</param>
public readonly record struct RequestMember(string Name, string Json);
