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
        if (!ServerAddress.TryParse(options.Url, out _, out var error))
            failures.Add(error);
        CheckClock(nameof(options.ConnectTimeout), options.ConnectTimeout);
        CheckClock(nameof(options.FirstByteTimeout), options.FirstByteTimeout);
        CheckClock(nameof(options.BetweenBytesTimeout), options.BetweenBytesTimeout);
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
