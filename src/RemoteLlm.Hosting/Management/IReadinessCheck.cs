namespace RemoteLlm.Hosting.Management;

/// <summary>One condition for taking traffic. All that are registered are asked at each <c>GET /ready</c>.</summary>
public interface IReadinessCheck
{
    /// <summary>One word, such as <c>llm</c> or <c>users</c>; stable, because monitors read it.</summary>
    string Name { get; }

    /// <summary>Says whether the condition holds now. Cheap: monitors ask every few seconds. After five seconds it counts as not ready.</summary>
    ValueTask<Readiness> CheckAsync(CancellationToken cancellationToken);
}
