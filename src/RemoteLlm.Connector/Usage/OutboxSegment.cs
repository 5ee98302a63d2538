namespace RemoteLlm.Connector.Usage;

/// <summary>A file of the outbox that nothing is appended to any more. It can go when the record with the last of its numbers has gone.</summary>
/// <param name="Path">The file.</param>
/// <param name="End">The number after that of its last record.</param>
internal sealed record OutboxSegment(string Path, long End);
