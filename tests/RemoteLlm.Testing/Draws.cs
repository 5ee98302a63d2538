using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace RemoteLlm.Testing;

/// <summary>Where random tests have their numbers from: a new seed in each run, or the one that <c>REMOTELLM_SEED</c> gives, for the same draws again.</summary>
public static class Draws
{
    /// <summary>What all random draws of this run begin with.</summary>
    public static int Seed { get; } = FromEnvironment("REMOTELLM_SEED") ?? Random.Shared.Next(int.MaxValue / 2);

    /// <summary>A whole number out of the environment; null where there is none.</summary>
    public static int? FromEnvironment(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>How properties are checked: <paramref name="cases"/> of them (<c>REMOTELLM_CASES</c> in their place), drawn from <see cref="Seed"/>; one that fails throws, and tells how to draw it again.</summary>
    public static Config Properties(int cases) => Config.QuickThrowOnFailure
        .WithMaxTest(FromEnvironment("REMOTELLM_CASES") ?? cases)
        .WithReplay((ulong)Seed, 1);
}
