namespace RemoteLlm.Hosting.Tests.Logging;

/// <summary>There is one console in a process: its tests run alone.</summary>
[CollectionDefinition(nameof(ProcessConsole), DisableParallelization = true)]
public sealed class ProcessConsole;
