namespace RemoteLlm.Testing.Llm;

/// <summary>
/// What the server does with one request. When the script returns, a chunked answer that is still open is ended properly and the connection
/// is kept if the client lets it; a script that wants a bad end says so (<see cref="ScriptedExchange.Cut"/>, <see cref="ScriptedExchange.Close"/>).
/// </summary>
public delegate Task LlmScript(ScriptedExchange exchange);
