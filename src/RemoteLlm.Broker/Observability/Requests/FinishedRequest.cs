namespace RemoteLlm.Broker.Observability.Requests;

/// <summary>A request that is over: metadata alone, never a word of what was asked or answered.</summary>
/// <param name="Id">The broker's own id.</param>
/// <param name="Label">What people call it: the client's own label, or the same as the id.</param>
/// <param name="Operation">What was asked for, such as <c>chat</c>.</param>
/// <param name="StartedAt">When it came.</param>
/// <param name="User">Who asked.</param>
/// <param name="Key">What its owner calls the key.</param>
/// <param name="Model">The model that was asked for; null when it got not so far.</param>
/// <param name="Connector">Where it went last; null for nowhere.</param>
/// <param name="Server">The LLM server that answered; null when none did.</param>
/// <param name="Status">The status of the answer; 499 when the client had left.</param>
/// <param name="Error">What went wrong, as a code; null for nothing.</param>
/// <param name="FirstByte">From the arrival to the first byte of the answer's body; null when there was none.</param>
/// <param name="Total">From the arrival to the end.</param>
/// <param name="PromptTokens">Tokens of the prompt.</param>
/// <param name="CompletionTokens">Tokens of the answer.</param>
internal sealed record FinishedRequest(
    string Id,
    string Label,
    string Operation,
    DateTimeOffset StartedAt,
    string User,
    string Key,
    string? Model,
    string? Connector,
    string? Server,
    int Status,
    string? Error,
    TimeSpan? FirstByte,
    TimeSpan Total,
    long PromptTokens,
    long CompletionTokens);
