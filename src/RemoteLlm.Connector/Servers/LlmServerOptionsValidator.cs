using Microsoft.Extensions.Options;

namespace RemoteLlm.Connector.Servers;

/// <summary>Says which setting to change and to what.</summary>
public sealed class LlmServerOptionsValidator : IValidateOptions<LlmServerOptions>
{
    // Timers take no more than this, and nobody means more than a day.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, LlmServerOptions options)
    {
        var failures = new List<string>();
        if (options.Url.Length > 0 && !ServerAddress.TryParse(options.Url, out _, out var error))
            failures.Add(error);
        CheckClock(nameof(options.ConnectTimeout), options.ConnectTimeout);
        CheckClock(nameof(options.FirstByteTimeout), options.FirstByteTimeout);
        CheckClock(nameof(options.BetweenBytesTimeout), options.BetweenBytesTimeout);
        CheckClock(nameof(options.QueueTimeout), options.QueueTimeout);
        if (options.MaxConcurrent is < 0 or > 10_000)
            failures.Add($"{nameof(options.MaxConcurrent)} is {options.MaxConcurrent}; set it between 0 (no limit) and 10000.");
        if (options.Retries is < 0 or > 10)
            failures.Add($"{nameof(options.Retries)} is {options.Retries}; set it between 0 and 10.");
        if (options.QueueLimit is < 0 or > 100_000)
            failures.Add($"{nameof(options.QueueLimit)} is {options.QueueLimit}; set it between 0 (nobody waits) and 100000.");
        if (options.DiscoveryPeriod < TimeSpan.FromSeconds(1) || options.DiscoveryPeriod > Longest)
            failures.Add($"{nameof(options.DiscoveryPeriod)} is {options.DiscoveryPeriod}; set it between 00:00:01 and 1.00:00:00.");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void CheckClock(string setting, TimeSpan value)
        {
            if (value < TimeSpan.Zero || value > Longest)
                failures.Add($"{setting} is {value}; set it between 00:00:00 (off) and 1.00:00:00.");
        }
    }
}
