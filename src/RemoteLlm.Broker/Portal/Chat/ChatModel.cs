namespace RemoteLlm.Broker.Portal.Chat;

/// <summary>The chat page. What is said there the server never sees but as a request of the API; the browser keeps it.</summary>
/// <param name="User">Whose conversations the browser is to show.</param>
/// <param name="Models">What can be asked now, by name.</param>
/// <param name="Chosen">The model that a link asked for; null for that of last time.</param>
public sealed record ChatModel(string User, IReadOnlyList<ChatChoice> Models, string? Chosen);

/// <summary>One model to chat with.</summary>
/// <param name="Id">Its name.</param>
/// <param name="SeesImages">Whether it looks at images; null when that is not known.</param>
/// <param name="ContextLength">Most tokens of one request; null when unknown.</param>
public sealed record ChatChoice(string Id, bool? SeesImages, int? ContextLength);
