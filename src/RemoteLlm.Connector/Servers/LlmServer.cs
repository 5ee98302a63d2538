namespace RemoteLlm.Connector.Servers;

/// <summary>placeholder</summary>
public sealed class LlmServer;
